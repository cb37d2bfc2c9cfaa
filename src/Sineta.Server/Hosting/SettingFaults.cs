using Sineta.Delivery;

namespace Sineta.Server.Hosting;

/// <summary>Settings that would be passed over in silence, or ended with a stack trace.</summary>
internal static class SettingFaults
{
    /// <exception cref="StartRefusedException">There are some; it names all of them.</exception>
    public static void Refuse(IConfiguration configuration)
    {
        string[] faults =
        [
            .. OfSection<ServerOptions>(configuration.GetSection(ServerOptions.Section)),
            .. OfSection<DeliveryOptions>(configuration.GetSection(DeliveryOptions.Section)),
            .. OfLevels(configuration.GetSection("Logging")),
        ];
        if (faults.Length > 0)
            throw new StartRefusedException(string.Join(' ', faults));
    }

    private static IEnumerable<string> OfSection<TOptions>(IConfigurationSection section)
    {
        var known = typeof(TOptions).GetProperties().ToDictionary(p => p.Name, p => p.PropertyType, StringComparer.OrdinalIgnoreCase);
        foreach (var setting in section.GetChildren())
        {
            if (!known.TryGetValue(setting.Key, out var type))
                yield return $"{setting.Path} is no setting; in {section.Key} there are {string.Join(", ", known.Keys)}.";
            else if (type.IsArray && !string.IsNullOrEmpty(setting.Value))
                yield return $"{setting.Path} is a list: give its values as {setting.Path}:0, {setting.Path}:1 and so on.";
        }
    }

    private static IEnumerable<string> OfLevels(IConfigurationSection logging) =>
        from section in logging.GetChildren().Select(provider => provider.GetSection("LogLevel")).Append(logging.GetSection("LogLevel"))
        from level in section.GetChildren()
        where !string.IsNullOrEmpty(level.Value) && !Enum.TryParse<LogLevel>(level.Value, ignoreCase: true, out _)
        select $"{level.Path} is '{level.Value}', but must be one of {string.Join(", ", Enum.GetNames<LogLevel>())}.";
}
