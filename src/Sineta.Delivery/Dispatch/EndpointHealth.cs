using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Npgsql;
using Sineta.Delivery.Endpoints;
using Sineta.Delivery.Institutions;
using Sineta.Delivery.Intake;
using Sineta.Delivery.Storage;
using Sineta.Events;

namespace Sineta.Delivery.Dispatch;

/// <summary>
/// Notes since when an endpoint has done nothing but fail, and disables it where it asked for that (410) or after days of it. Its institution's
/// other endpoints are told, in the same transaction.
/// </summary>
public sealed partial class EndpointHealth(
    NpgsqlDataSource database, Configuration configuration, IdGenerator ids, DeliveryOptions options, TimeProvider time,
    ILogger<EndpointHealth> logger)
{
    private readonly ConcurrentDictionary<Guid, bool> _busy = new();

    /// <summary>Learns from an outcome; writes only where the endpoint's health turned.</summary>
    public async Task ObserveAsync(Endpoint endpoint, NextStep step, AttemptOutcome outcome, bool isBroken, CancellationToken cancellationToken)
    {
        var turn = TurnOf(endpoint, step, outcome, isBroken);
        if (turn is null || !_busy.TryAdd(endpoint.Id, true))
            return;
        try
        {
            await turn(cancellationToken);
            await configuration.RefreshAsync(cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The worker that observed it goes on: a later outcome will tell the same.
            LogNotNoted(PublicId.Format(PublicId.Endpoint, endpoint.Id), e);
        }
        finally
        {
            _busy.TryRemove(endpoint.Id, out _);
        }
    }

    private Func<CancellationToken, Task>? TurnOf(Endpoint endpoint, NextStep step, AttemptOutcome outcome, bool isBroken)
    {
        if (step is NextStep.DisableEndpoint disable)
            return token => DisableAsync(endpoint, disable.Reason, token);
        if (outcome.Evidence == EndpointEvidence.Healthy)
            return endpoint.FailingSince is null ? null : token => SetFailingSinceAsync(endpoint, null, token);
        if (endpoint.FailingSince is null)
            return isBroken ? token => SetFailingSinceAsync(endpoint, time.GetUtcNow(), token) : null;
        if (time.GetUtcNow() - endpoint.FailingSince < options.DisableAfter)
            return null;
        return token => DisableAsync(endpoint, $"Every attempt has failed since {endpoint.FailingSince:yyyy-MM-dd HH:mm} UTC.", token);
    }

    private async Task SetFailingSinceAsync(Endpoint endpoint, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            with changed as (update configuration set version = version + 1 returning version)
            update endpoints set failing_since = $3, version = changed.version from changed where institution_id = $1 and id = $2
            """);
        command.Parameters.AddWithValue(endpoint.InstitutionId);
        command.Parameters.AddWithValue(endpoint.Id);
        command.Parameters.AddWithValue(since is null ? DBNull.Value : since.Value.UtcDateTime);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task DisableAsync(Endpoint endpoint, string reason, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            """
            with changed as (update configuration set version = version + 1 returning version)
            update endpoints set status = 'disabled', status_reason = $3, updated_at = $4, version = changed.version
            from changed where institution_id = $1 and id = $2 and status = 'active' and revision = $5
            returning endpoints.version
            """, connection);
        command.Parameters.AddWithValue(endpoint.InstitutionId);
        command.Parameters.AddWithValue(endpoint.Id);
        command.Parameters.AddWithValue(reason);
        command.Parameters.AddWithValue(time.GetUtcNow().UtcDateTime);
        command.Parameters.AddWithValue(endpoint.Revision);
        if (await command.ExecuteScalarAsync(cancellationToken) is not long version)
            return;
        if (version != configuration.Version + 1)
            return; // whom to tell is not known here yet: another outcome will ask again
        await NoteAsync(connection, endpoint, reason, cancellationToken);
        await EventLedger.AppendAsync(connection, [Announce(endpoint, reason)], version, lease: null, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        LogDisabled(PublicId.Format(PublicId.Endpoint, endpoint.Id), endpoint.InstitutionId, reason);
    }

    private static async Task NoteAsync(NpgsqlConnection connection, Endpoint endpoint, string reason, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "insert into audit_entries (institution_id, who, what, subject, detail) values ($1, $2, $3, $4, $5)", connection);
        command.Parameters.AddWithValue(endpoint.InstitutionId);
        command.Parameters.AddWithValue(Actor.Program);
        command.Parameters.AddWithValue(AuditedChange.EndpointDisabled);
        command.Parameters.AddWithValue(PublicId.Format(PublicId.Endpoint, endpoint.Id));
        command.Parameters.AddWithValue(reason);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private PlannedEvent Announce(Endpoint disabled, string reason)
    {
        var id = ids.Next();
        var now = time.GetUtcNow();
        var institution = configuration.FindInstitution(disabled.InstitutionId)!;
        var news = new EndpointDisabled(PublicId.Format(PublicId.Endpoint, disabled.Id), disabled.Url.ToString(), reason);
        var happened = new Event
        {
            InstitutionId = disabled.InstitutionId,
            Id = id,
            Slug = news.Slug,
            DedupeKey = PublicId.Format(PublicId.Event, id),
            OccurredAt = now,
            Correlation = PublicId.Format(PublicId.Event, id),
            Body = news.ToBody(institution.Clock.ToLocal(now)),
        };
        var others = configuration.Matching(disabled.InstitutionId, happened.Slug).Where(e => e.Id != disabled.Id);
        return new PlannedEvent(happened, [.. others.Select(e => new PlannedDelivery(
            new OpenDelivery(ids.Next(), happened, e.Id, DeliveryCause.Event, ReplayId: null, Attempts: 0, Lease: null), OrderedBy: null))]);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Endpoint {Endpoint} of institution {Institution} was disabled: {Reason}")]
    private partial void LogDisabled(string endpoint, long institution, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The health of endpoint {Endpoint} could not be noted")]
    private partial void LogNotNoted(string endpoint, Exception problem);
}
