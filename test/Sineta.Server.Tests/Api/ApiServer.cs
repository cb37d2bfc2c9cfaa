using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Sineta.Server.Api;
using Sineta.Server.Hosting;
using Sineta.Server.Pages;
using Sineta.Server.Telemetry;
using Sineta.Testing;

namespace Sineta.Server.Tests.Api;

/// <summary>
/// The server, put together as Program.cs does, on a real PostgreSQL and behind real HTTP. A class of tests shares it, each with
/// institutions of its own.
/// </summary>
public sealed class ApiServer(Postgres postgres) : IAsyncLifetime
{
    public const string OperatorKey = "sk_operator_of_the_tests";

    private WebApplication _app = null!;

    /// <summary>Settings for a server of its own, <c>--Section:Name value</c> each.</summary>
    public string[] Settings { get; init; } = [];

    public Uri Address { get; private set; } = null!;

    public IServiceProvider Services => _app.Services;

    public NpgsqlDataSource Database => Services.GetRequiredService<NpgsqlDataSource>();

    /// <summary>Every route of the running server.</summary>
    public IEnumerable<RouteEndpoint> Routes =>
        ((IEndpointRouteBuilder)_app).DataSources.SelectMany(s => s.Endpoints).OfType<RouteEndpoint>();

    public async ValueTask InitializeAsync()
    {
        var cancellationToken = CancellationToken.None;
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ContentRootPath = AppContext.BaseDirectory,
            Args =
            [
                "--urls", "http://127.0.0.1:0",
                "--ConnectionStrings:Sineta", await postgres.CreateDatabaseAsync(cancellationToken),
                "--Sineta:OperatorKey", OperatorKey,
                "--Sineta:SecretKey", Convert.ToBase64String(new byte[32]),
                "--Delivery:AllowHttp", "true",
                "--Delivery:AllowedNetworks:0", "127.0.0.0/8",
                "--Delivery:IntakeTimeout", "00:02:00",
                "--Logging:LogLevel:Default", "Warning",
                .. Settings,
            ],
        });
        builder.AddSettings();
        builder.AddDatabase();
        builder.AddTelemetry();
        builder.AddDelivery();
        builder.AddLearning();
        builder.AddSinetaApi();
        builder.AddSinetaPages();
        _app = builder.Build();
        await _app.PrepareAsync(cancellationToken);
        _app.MapSinetaApi();
        _app.MapSinetaPages();
        await _app.StartAsync(cancellationToken);
        Address = new Uri(_app.Urls.First());
    }

    public ApiClient Client(string? key = null) => new(Address, key);

    /// <summary>A new institution, and a client with its first key.</summary>
    public async Task<ApiClient> NewInstitutionAsync(string name = "Escola", string timeZone = "America/Sao_Paulo") =>
        (await NewCampusAsync(name, timeZone)).Client;

    /// <summary>The same, with the institution's number.</summary>
    public async Task<(ApiClient Client, long InstitutionId)> NewCampusAsync(string name = "Escola", string timeZone = "America/Sao_Paulo")
    {
        using var operators = Client(OperatorKey);
        var made = await operators.PostAsync("/v1/institutions", new { name, time_zone = timeZone });
        return (Client(made.Body.GetProperty("api_key").GetString()), made.Body.GetProperty("id").GetInt64());
    }

    public async Task<long> CountAsync(string sql, params object[] values)
    {
        await using var command = Database.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.AddWithValue(value);
        return (long)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
