using Microsoft.Extensions.Configuration.Memory;
using Sineta.Delivery.Institutions;

namespace Sineta.Server.Hosting;

/// <summary>What the server reads its settings from, and how it logs.</summary>
internal static class Settings
{
    private const string Kestrel = "Microsoft.AspNetCore.Server.Kestrel";
    private const string Host = "Microsoft.Extensions.Hosting.Internal.Host";

    private static readonly string NoKey =
        $"Sineta__OperatorKey must have {OperatorKey.MinLength} to {OperatorKey.MaxLength} characters, and no blanks.";

    private static readonly string[] AddressKeys =
        ["urls", "http_ports", "https_ports", "Kestrel:Endpoints:Http:Url", "Kestrel:Endpoints:Https:Url"];

    public static void AddSettings(this WebApplicationBuilder builder)
    {
        SettingFaults.Refuse(builder.Configuration);
        builder.Services.AddOptions<ServerOptions>().BindConfiguration(ServerOptions.Section, Strictly)
            .Validate(static options => IsKey(options.OperatorKey), NoKey)
            .Validate(static options => options.TrustedProxies.All(static p => TrustedProxies.Parse(p) is not null), TrustedProxies.Fault)
            .ValidateOnStart();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.WebHost.UseKestrelHttpsConfiguration();
        // What arrives goes to the thread pool as it is, without a queue of each connection's in between.
        builder.WebHost.UseSockets(static sockets => sockets.IOQueueCount = 0);
        ListenOnOwnPort(builder.Configuration);
        builder.Logging.AddFilter(Kestrel, level => level >= LogLevel.Warning && StartUp.IsOver);
        builder.Logging.AddFilter(Host, level => level >= LogLevel.Warning && StartUp.IsOver);
        // It has nothing to say at these levels, but while it might, each request is given an Activity and a scope.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        // Its keys are encrypted by their store, which it cannot know.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.Error);
    }

    /// <summary>By itself the binder leaves out the values of a list that it cannot read.</summary>
    public static void Strictly(BinderOptions binding) => binding.ErrorOnUnknownConfiguration = true;

    private static bool IsKey(string? chosen) => chosen is null
        || (chosen.Length is >= OperatorKey.MinLength and <= OperatorKey.MaxLength && !chosen.Any(char.IsWhiteSpace));

    /// <summary>Port 5000, the default of .NET, belongs to AirPlay on macOS and to every other sample.</summary>
    private static void ListenOnOwnPort(ConfigurationManager configuration)
    {
        if (AddressKeys.All(key => configuration[key] is null))
            configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = [new("urls", "http://localhost:5080")] });
    }
}
