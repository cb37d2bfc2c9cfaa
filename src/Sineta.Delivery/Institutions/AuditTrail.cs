using Sineta.Delivery.Storage;

namespace Sineta.Delivery.Institutions;

/// <summary>
/// Who changed what in an institution's configuration, and who sent what again. An entry is committed with what it tells of, or not at all.
/// </summary>
public sealed class AuditTrail(HistoryDatabase database)
{
    /// <summary>The statement that makes an entry: of an institution, who, what, the subject and the detail.</summary>
    public const string Entry = "insert into audit_entries (institution_id, who, what, subject, detail) values ($1, $2, $3, $4, $5)";

    /// <summary>Entries, the newest first, from before <paramref name="before"/> on.</summary>
    public async Task<IReadOnlyList<AuditEntry>> ReadAsync(long institutionId, long? before, int limit, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            select id, happened_at, who, what, subject, detail from audit_entries
            where institution_id = $1 and id < $2 order by id desc limit $3
            """);
        command.Parameters.AddWithValue(institutionId);
        command.Parameters.AddWithValue(before ?? long.MaxValue);
        command.Parameters.AddWithValue(limit);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var entries = new List<AuditEntry>();
        while (await reader.ReadAsync(cancellationToken))
        {
            entries.Add(new AuditEntry(
                reader.GetInt64(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetString(2), reader.GetString(3), reader.GetString(4),
                reader.TextOrNull(5)));
        }

        return entries;
    }

    internal static async Task NoteAsync(
        ConfigurationWrite write, long institutionId, string what, string subject, string? detail, CancellationToken cancellationToken) =>
        await write.ExecuteAsync(Entry, [institutionId, Actor.Current, what, subject, detail], cancellationToken);
}

/// <param name="Who">operator; user 7 (Ana); api key sk_AbCd…wXyZ (name); sineta.</param>
/// <param name="What">endpoint.created, api_key.revoked and so on: <see cref="AuditedChange"/>.</param>
/// <param name="Subject">The public id of what was changed, or sent again.</param>
/// <param name="Detail">What of it: an endpoint's URL, a key's name; an institution's name and time zone; a user's role; why an endpoint was
/// disabled, or a certificate revoked.</param>
public sealed record AuditEntry(long Id, DateTimeOffset HappenedAt, string Who, string What, string Subject, string? Detail);

/// <summary>What is on the trail.</summary>
public static class AuditedChange
{
    public const string EndpointCreated = "endpoint.created";
    public const string EndpointChanged = "endpoint.changed";
    public const string EndpointPaused = "endpoint.paused";
    public const string EndpointResumed = "endpoint.resumed";
    public const string EndpointSecretRotated = "endpoint.secret_rotated";
    public const string EndpointVerified = "endpoint.verified";
    public const string EndpointNotVerified = "endpoint.not_verified";
    public const string EndpointDeleted = "endpoint.deleted";
    public const string EndpointDisabled = "endpoint.disabled";
    public const string ApiKeyCreated = "api_key.created";
    public const string ApiKeyRevoked = "api_key.revoked";
    public const string DeliveryResent = "delivery.resent";
    public const string ReplayStarted = "replay.started";
    public const string ReplayCancelled = "replay.cancelled";
    public const string PasswordLinksIssued = "password_links.issued";
    public const string UserRoleGiven = "user.role_given";
    public const string UserRemoved = "user.removed";
    public const string CertificateRevoked = "certificate.revoked";
    public const string CertificateReissued = "certificate.reissued";
    public const string InstitutionChanged = "institution.changed";

    public static IReadOnlyList<string> All { get; } =
    [
        EndpointCreated, EndpointChanged, EndpointPaused, EndpointResumed, EndpointSecretRotated, EndpointVerified, EndpointNotVerified,
        EndpointDeleted, EndpointDisabled, ApiKeyCreated, ApiKeyRevoked, DeliveryResent, ReplayStarted, ReplayCancelled,
        PasswordLinksIssued, UserRoleGiven, UserRemoved, CertificateRevoked, CertificateReissued, InstitutionChanged,
    ];
}
