using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;
using Sineta.Delivery;
using Sineta.Delivery.Endpoints;
using Sineta.Delivery.Intake;
using Sineta.Delivery.Storage;
using Sineta.Events;

namespace Sineta.Testing;

/// <summary>Delivery as the server runs it, without the server: one node on a database. Several may share one.</summary>
public sealed class DeliveryNode : IAsyncDisposable
{
    private static readonly byte[] VaultKey = new byte[32];
    private readonly IHost _host;

    private DeliveryNode(IHost host) => _host = host;

    public IServiceProvider Services => _host.Services;

    public NpgsqlDataSource Database => Services.GetRequiredService<NpgsqlDataSource>();

    public EventIntake Intake => Services.GetRequiredService<EventIntake>();

    /// <param name="connectionString">The database.</param>
    /// <param name="options">What differs from the program's own.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <param name="patience">How long it may take to stop: the host's own 30 s by default.</param>
    /// <param name="time">Its clock: the system's by default.</param>
    public static async Task<DeliveryNode> StartAsync(
        string connectionString, DeliveryOptions options, CancellationToken cancellationToken, TimeSpan? patience = null,
        TimeProvider? time = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLogging(
            logging => logging.SetMinimumLevel(LogLevel.Warning).AddSimpleConsole(console => console.SingleLine = true));
        builder.Services.AddSingleton(Sineta.Delivery.Storage.Database.Connect(connectionString));
        builder.Services.AddSingleton(HistoryDatabase.Connect(connectionString));
        builder.Services.AddSingleton(new SecretVault(VaultKey));
        builder.Services.AddSingleton(Options.Create(options));
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddSinetaDelivery();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = patience ?? host.ShutdownTimeout);
        var host = builder.Build();
        await host.Services.PrepareSinetaDeliveryAsync(cancellationToken);
        await host.StartAsync(cancellationToken);
        return new DeliveryNode(host);
    }

    /// <summary>Options that let deliveries go to loopback over plain HTTP.</summary>
    public static DeliveryOptions LoopbackOptions { get; } = new()
    {
        AllowHttp = true,
        AllowedNetworks = ["127.0.0.0/8"],
        IntakeTimeout = TimeSpan.FromMinutes(2),
        StopPatience = TimeSpan.Zero,
    };

    public async Task<long> AddInstitutionAsync(CancellationToken cancellationToken)
    {
        await using var command = Database.CreateCommand(
            """
            with changed as (update configuration set version = version + 1 returning version)
            insert into institutions (name, time_zone, created_at, version)
            select 'Escola', 'America/Sao_Paulo', now(), version from changed returning id
            """);
        var id = (long)(await command.ExecuteScalarAsync(cancellationToken))!;
        await Services.GetRequiredService<Configuration>().RefreshAsync(cancellationToken);
        return id;
    }

    /// <summary>An active endpoint, as if its handshake had been answered.</summary>
    public async Task<Guid> AddEndpointAsync(
        long institutionId, Uri url, CancellationToken cancellationToken, string ordering = "none", int maxInFlight = 16,
        int[]? retrySchedule = null, int? ratePerSecond = null, int timeoutSeconds = 15)
    {
        var ids = Services.GetRequiredService<IdGenerator>();
        var endpointId = ids.Next();
        var secret = Services.GetRequiredService<SecretVault>().Encrypt(Encoding.UTF8.GetBytes(WebhookSecret.Generate().Reveal()), endpointId);
        await using var command = Database.CreateCommand(
            """
            with changed as (update configuration set version = version + 1 returning version),
            secret as (
                insert into endpoint_secrets (institution_id, endpoint_id, id, ciphertext, created_at) values ($1, $2, $3, $4, now())),
            revision as (
                insert into endpoint_revisions (institution_id, endpoint_id, revision, url, headers, cpf) values ($1, $2, 1, $5, '{}', 'full'))
            insert into endpoints (institution_id, id, url, event_types, status, ordering, cpf, max_in_flight, timeout_seconds, retry_schedule,
                                   rate_per_second, verified_at, created_at, updated_at, version)
            select $1, $2, $5, '{}', 'active', $6, 'full', $7, $8, $9, $10, now(), now(), now(), version from changed
            """);
        command.Parameters.AddWithValue(institutionId);
        command.Parameters.AddWithValue(endpointId);
        command.Parameters.AddWithValue(ids.Next());
        command.Parameters.AddWithValue(secret);
        command.Parameters.AddWithValue(url.ToString());
        command.Parameters.AddWithValue(ordering);
        command.Parameters.AddWithValue(maxInFlight);
        command.Parameters.AddWithValue(timeoutSeconds);
        command.Parameters.Add(
            new() { Value = (object?)retrySchedule ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer });
        command.Parameters.Add(new() { Value = (object?)ratePerSecond ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer });
        await command.ExecuteNonQueryAsync(cancellationToken);
        await Services.GetRequiredService<Configuration>().RefreshAsync(cancellationToken);
        return endpointId;
    }

    /// <summary>Changes an endpoint's status as its owner would, seen by every node at its next sweep.</summary>
    public async Task SetStatusAsync(Guid endpointId, string status, CancellationToken cancellationToken)
    {
        await using var command = Database.CreateCommand(
            """
            with changed as (update configuration set version = version + 1 returning version)
            update endpoints set status = $2, version = changed.version from changed where id = $1
            """);
        command.Parameters.AddWithValue(endpointId);
        command.Parameters.AddWithValue(status);
        await command.ExecuteNonQueryAsync(cancellationToken);
        await Services.GetRequiredService<Configuration>().RefreshAsync(cancellationToken);
    }

    /// <summary>A proven enrolment with a key of its own.</summary>
    public Event NewEvent(long institutionId, string dedupeKey, string learner = "1")
    {
        var now = TimeProvider.System.GetUtcNow();
        return new Event
        {
            InstitutionId = institutionId,
            Id = Services.GetRequiredService<IdGenerator>().Next(),
            Slug = EventTypes.CourseEnrollment.Slug,
            DedupeKey = dedupeKey,
            Learner = learner,
            OccurredAt = now,
            Correlation = dedupeKey,
            Source = "api",
            Body = EventTypes.CourseEnrollment.Sample.ToArray(),
        };
    }

    /// <summary>Facts of their own, <c>enrollment:0</c> and on.</summary>
    public Event[] NewEvents(long institutionId, int count) =>
        [.. Enumerable.Range(0, count).Select(i => NewEvent(institutionId, $"enrollment:{i}"))];

    /// <summary>Waits until a count in the database is this.</summary>
    public Task BecomesAsync(long expected, string sql, CancellationToken cancellationToken) =>
        Eventually.TrueAsync(async () => await CountAsync(sql, cancellationToken) == expected, cancellationToken);

    public async Task<long> CountAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = Database.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Whether somebody in this database waits for another's lock; the server's other databases are other tests'.</summary>
    public async Task<bool> IsAnyWaitingAsync(CancellationToken cancellationToken) => await CountAsync(
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'", cancellationToken) > 0;

    /// <summary>Ends as a server does on SIGTERM.</summary>
    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        await Database.DisposeAsync();
        _host.Dispose();
    }
}
