using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Sineta.Delivery.Endpoints;
using Sineta.Delivery.History;
using Sineta.Delivery.Storage;
using Sineta.Events;
using Sineta.Testing;

namespace Sineta.Delivery.Tests.History;

/// <summary>A ledger with any history one likes, without a node that changes it.</summary>
internal sealed class LedgerFixture : IAsyncDisposable
{
    /// <summary>What every event here says.</summary>
    public static readonly byte[] Body = EventTypes.CourseEnrollment.Sample.ToArray();

    private readonly IdGenerator _ids;

    private LedgerFixture(string connectionString, ManualClock clock)
    {
        Database = Sineta.Delivery.Storage.Database.Connect(connectionString);
        History = HistoryDatabase.Connect(connectionString);
        Clock = clock;
        _ids = new IdGenerator(clock);
    }

    public NpgsqlDataSource Database { get; }

    public HistoryDatabase History { get; }

    /// <summary>The time at which the next things happen.</summary>
    public ManualClock Clock { get; }

    public static async Task<LedgerFixture> StartAsync(Postgres postgres, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var ledger = new LedgerFixture(await postgres.CreateDatabaseAsync(cancellationToken), new ManualClock(now));
        await DeliverySchema.MigrateAsync(ledger.Database, cancellationToken);
        await new Partitions(ledger.Database, ledger.Clock).EnsureAsync(cancellationToken);
        return ledger;
    }

    public async Task<long> AddInstitutionAsync(CancellationToken cancellationToken) => (long)(await ScalarAsync(
        "insert into institutions (name, time_zone, created_at, version) values ('Escola', 'America/Sao_Paulo', now(), 1) returning id",
        [], cancellationToken))!;

    public async Task<Guid> AddEndpointAsync(
        long institution, CancellationToken cancellationToken, string status = "active", string ordering = "none")
    {
        var id = _ids.Next();
        await ExecuteAsync(
            """
            with revision as (
                insert into endpoint_revisions (institution_id, endpoint_id, revision, url, headers, cpf)
                values ($1, $2, 1, 'https://crm.example/hooks', '{"authorization":"Bearer s3cret"}', 'masked'))
            insert into endpoints (institution_id, id, url, event_types, status, ordering, cpf, max_in_flight, timeout_seconds,
                                   created_at, updated_at, version)
            values ($1, $2, 'https://crm.example/hooks', '{}', $3, $4, 'masked', 16, 15, now(), now(), 1)
            """, [institution, id, status, ordering], cancellationToken);
        return id;
    }

    /// <summary>An event with a delivery to each endpoint, all of them open.</summary>
    public async Task<Guid> AddEventAsync(
        long institution, string slug, string? learner, IReadOnlyList<Guid> endpoints, CancellationToken cancellationToken)
    {
        var id = _ids.Next();
        var deliveries = endpoints.Select(_ => _ids.Next()).ToArray();
        await ExecuteAsync(
            """
            insert into events (institution_id, id, slug, dedupe_key, learner, occurred_at, correlation, body,
                                first_delivery, last_delivery)
            values ($1, $2, $3, $4, $5, $6, $4, $9, $7, $8)
            """,
            [
                institution, id, slug, id.ToString("N"), learner, Clock.GetUtcNow().UtcDateTime,
                deliveries.Length == 0 ? null : deliveries[0], deliveries.Length == 0 ? null : deliveries[^1], Body,
            ], cancellationToken);
        for (var i = 0; i < deliveries.Length; i++)
            await OpenAsync(institution, deliveries[i], id, endpoints[i], "event", null, cancellationToken);
        return id;
    }

    /// <summary>A delivery of an event that was made before.</summary>
    public async Task<Guid> AddDeliveryAsync(
        long institution, Guid eventId, Guid endpoint, string cause, CancellationToken cancellationToken, Guid? replayId = null)
    {
        var id = _ids.Next();
        await OpenAsync(institution, id, eventId, endpoint, cause, replayId, cancellationToken);
        return id;
    }

    /// <summary>Makes an attempt; with a conclusion the delivery ends by it.</summary>
    public async Task AttemptAsync(long institution, Guid delivery, string? conclusion, int status, CancellationToken cancellationToken) =>
        await ExecuteAsync(
            """
            with moved as (
                update open_deliveries set attempts = attempts + 1, next_at = $5
                where institution_id = $1 and id = $2 and $3::text is null),
            ended as (
                delete from open_deliveries where institution_id = $1 and id = $2 and $3::text is not null)
            insert into attempts (institution_id, delivery_id, number, lease, event_id, endpoint_id, endpoint_revision, slug, learner,
                                  cause, replay_id, conclusion, outcome, problem, started_at, total_us, status, signature,
                                  response_headers, node)
            select $1, $2, o.attempts + 1, 1, o.event_id, o.endpoint_id, 1, e.slug, e.learner, o.cause, o.replay_id, $3,
                case when $4 < 300 then 'delivered' else 'refused' end,
                case when $4 >= 300 then 'The receiver answered ' || $4 || '.' end, $5, 1500, $4,
                'v1,c2lnbmF0dXJl', 'server: nginx', 'node'
            from open_deliveries o join events e on e.institution_id = o.institution_id and e.id = o.event_id
            where o.institution_id = $1 and o.id = $2
            """, [institution, delivery, conclusion, (short)status, Clock.GetUtcNow().UtcDateTime], cancellationToken);

    /// <summary>An event's open deliveries.</summary>
    public async Task<Guid[]> DeliveriesOfAsync(long institution, Guid eventId, CancellationToken cancellationToken) =>
        (Guid[])(await ScalarAsync(
            "select array(select id from open_deliveries where institution_id = $1 and event_id = $2 order by id)",
            [institution, eventId], cancellationToken))!;

    public async Task<IReadOnlyList<AttemptEntry>> ReadAttemptsAsync(long institution, Guid delivery, CancellationToken cancellationToken)
    {
        var vault = new SecretVault(new byte[32]);
        using var configuration = new Configuration(new ConfigurationStore(Database, vault, NullLogger<ConfigurationStore>.Instance));
        await configuration.RefreshAsync(cancellationToken);
        var found = await new DeliveryLog(History, Clock).FindAsync(institution, delivery, cancellationToken);
        return await new AttemptLog(History, new EventLog(History, Clock), configuration).ReadAsync(institution, found!, cancellationToken);
    }

    public async Task ExecuteAsync(string sql, object?[] parameters, CancellationToken cancellationToken)
    {
        await using var command = Command(sql, parameters);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<object?> ScalarAsync(string sql, object?[] parameters, CancellationToken cancellationToken)
    {
        await using var command = Command(sql, parameters);
        return await command.ExecuteScalarAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await History.DisposeAsync();
        await Database.DisposeAsync();
    }

    private Task OpenAsync(
        long institution, Guid id, Guid eventId, Guid endpoint, string cause, Guid? replayId, CancellationToken cancellationToken) =>
        ExecuteAsync(
            """
            insert into open_deliveries (institution_id, id, event_id, endpoint_id, cause, replay_id, next_at)
            values ($1, $2, $3, $4, $5, $6, $7)
            """, [institution, id, eventId, endpoint, cause, replayId, Clock.GetUtcNow().UtcDateTime], cancellationToken);

    private NpgsqlCommand Command(string sql, object?[] parameters)
    {
        var command = Database.CreateCommand(sql);
        foreach (var value in parameters)
            command.Parameters.AddWithValue(value ?? DBNull.Value);
        return command;
    }
}

/// <summary>A clock that stands until it is moved.</summary>
internal sealed class ManualClock(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}
