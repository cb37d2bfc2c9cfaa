using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Npgsql;
using Sineta.Delivery.Institutions;
using Sineta.Delivery.Storage;
using Sineta.Events;

namespace Sineta.Delivery.Endpoints;

/// <summary>Reads what changed in the configuration since a version. Every node holds all of it, hence no institution in these queries.</summary>
public sealed partial class ConfigurationStore(NpgsqlDataSource database, SecretVault vault, ILogger<ConfigurationStore> logger)
{
    private const string Unreadable = "Its signing secret cannot be read any more: rotate it.";

    /// <summary>All changes after <paramref name="version"/>, read from one snapshot.</summary>
    public async Task<ConfigurationChanges> ChangesSinceAsync(long version, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("select version from configuration"),
                Since("select id, name, time_zone, created_at from institutions where version > $1", version),
                Since("""
                    select institution_id, id, name, hint, scopes, created_at, hash, revoked_at from api_keys where version > $1
                    """, version),
                Since("""
                    select s.endpoint_id, s.id, s.ciphertext, s.created_at, s.expires_at
                    from endpoint_secrets s join endpoints e on e.institution_id = s.institution_id and e.id = s.endpoint_id
                    where e.version > $1
                    order by s.created_at desc
                    """, version),
                Since($"select {EndpointColumns} from endpoints where version > $1", version),
            },
        };

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var now = reader.GetInt64(0);
        var institutions = await ListAsync(reader, ReadInstitution, cancellationToken);
        var keys = await ListAsync(reader, ReadKey, cancellationToken);
        var secrets = (await ListAsync(reader, ReadSecret, cancellationToken)).ToLookup(s => s.EndpointId, s => s.Secret);
        var endpoints = await ListAsync(reader, row => ReadEndpoint(row, [.. secrets[row.GetGuid(1)]]), cancellationToken);
        return new ConfigurationChanges(now, institutions, keys, endpoints);
    }

    private const string EndpointColumns = """
        institution_id, id, revision, url, description, event_types, status, status_reason, ordering, cpf, max_in_flight, rate_per_second,
        timeout_seconds, retry_schedule, headers, verified_at, failing_since, created_at, updated_at
        """;

    private static NpgsqlBatchCommand Since(string sql, long version) => new(sql) { Parameters = { new() { Value = version } } };

    private static async Task<List<T>> ListAsync<T>(NpgsqlDataReader reader, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await reader.NextResultAsync(cancellationToken);
        var list = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
            list.Add(read(reader));
        return list;
    }

    private static Institution ReadInstitution(NpgsqlDataReader row) =>
        new(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetFieldValue<DateTimeOffset>(3));

    private static KeyRow ReadKey(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetGuid(1), row.GetString(2), row.GetString(3), ScopeNames.Parse(row.GetFieldValue<string[]>(4)),
        row.GetFieldValue<DateTimeOffset>(5), row.GetFieldValue<byte[]>(6), Moment(row, 7));

    // What is wrong with one endpoint's secret must not keep all others from their deliveries.
    private (Guid EndpointId, EndpointSecret? Secret) ReadSecret(NpgsqlDataReader row)
    {
        var endpointId = row.GetGuid(0);
        try
        {
            var secret = WebhookSecret.Parse(System.Text.Encoding.UTF8.GetString(vault.Decrypt(row.GetFieldValue<byte[]>(2), endpointId)));
            return (endpointId, new EndpointSecret(row.GetGuid(1), secret, row.GetFieldValue<DateTimeOffset>(3), Moment(row, 4)));
        }
        catch (CryptographicException)
        {
            LogUnreadable(PublicId.Format(PublicId.Endpoint, endpointId));
            return (endpointId, null);
        }
    }

    /// <summary>Nothing is sent that nobody could verify: where it is the current secret that is missing, the endpoint is disabled.</summary>
    private static Endpoint ReadEndpoint(NpgsqlDataReader row, EndpointSecret?[] secrets)
    {
        EndpointSecret[] readable = [.. secrets.OfType<EndpointSecret>()];
        var endpoint = ReadRow(row, readable);
        return readable.Length == secrets.Length || endpoint.Status == EndpointStatus.Deleted || readable.Any(static s => s.ExpiresAt is null)
            ? endpoint : endpoint with { Status = EndpointStatus.Disabled, StatusReason = Unreadable };
    }

    private static Endpoint ReadRow(NpgsqlDataReader row, IReadOnlyList<EndpointSecret> secrets) => new()
    {
        InstitutionId = row.GetInt64(0),
        Id = row.GetGuid(1),
        Revision = row.GetInt32(2),
        Url = new Uri(row.GetString(3)),
        Description = row.IsDBNull(4) ? null : row.GetString(4),
        EventTypes = row.GetFieldValue<string[]>(5),
        Status = Enum.Parse<EndpointStatus>(row.GetString(6), ignoreCase: true),
        StatusReason = row.IsDBNull(7) ? null : row.GetString(7),
        OrderedPerLearner = row.GetString(8) == "per_learner",
        MaskCpf = row.GetString(9) == "masked",
        MaxInFlight = row.GetInt32(10),
        RatePerSecond = row.IsDBNull(11) ? null : row.GetInt32(11),
        Timeout = TimeSpan.FromSeconds(row.GetInt32(12)),
        RetrySchedule = row.IsDBNull(13) ? null : [.. row.GetFieldValue<int[]>(13).Select(s => TimeSpan.FromSeconds(s))],
        Headers = System.Text.Json.JsonSerializer.Deserialize<Dictionary<string, string>>(row.GetString(14))!,
        Secrets = secrets,
        VerifiedAt = Moment(row, 15),
        FailingSince = Moment(row, 16),
        CreatedAt = row.GetFieldValue<DateTimeOffset>(17),
        UpdatedAt = row.GetFieldValue<DateTimeOffset>(18),
    };

    private static DateTimeOffset? Moment(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);

    [LoggerMessage(Level = LogLevel.Error, Message = "A signing secret of endpoint {Endpoint} cannot be decrypted: it is left out, and the endpoint disabled unless it has another")]
    private partial void LogUnreadable(string endpoint);
}

/// <summary>What changed, and the version it brings the reader to.</summary>
public sealed record ConfigurationChanges(
    long Version, IReadOnlyList<Institution> Institutions, IReadOnlyList<KeyRow> Keys, IReadOnlyList<Endpoint> Endpoints);

/// <summary>A key as stored, revoked ones included.</summary>
public sealed record KeyRow(
    long InstitutionId, Guid Id, string Name, string Hint, Scopes Scopes, DateTimeOffset CreatedAt, byte[] Hash, DateTimeOffset? RevokedAt);
