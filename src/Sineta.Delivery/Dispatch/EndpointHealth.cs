using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sineta.Delivery.Endpoints;
using Sineta.Delivery.Institutions;
using Sineta.Delivery.Intake;
using Sineta.Delivery.Storage;
using Sineta.Events;

namespace Sineta.Delivery.Dispatch;

/// <summary>
/// Notes since when an endpoint has done nothing but fail, and disables it where it asked for that (410) or after days of it. Its institution's
/// other endpoints are told, in the same transaction. For each change of the configuration intake has to plan anew: endpoints that turn
/// together, as when an uplink fails, are noted together.
/// </summary>
public sealed partial class EndpointHealth(
    ConfigurationWriter writer, Configuration configuration, IdGenerator ids, DeliveryOptions options, TimeProvider time,
    ILogger<EndpointHealth> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<Guid, Turn> _turns = new();
    private readonly Channel<bool> _turned =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Learns from an outcome. Where the endpoint's health turned, that is noted soon; nobody waits for it.</summary>
    public void Observe(Endpoint endpoint, NextStep step, AttemptOutcome outcome, bool isBroken)
    {
        if (TurnOf(endpoint, step, outcome, isBroken) is not { } turn)
            return;
        _turns.AddOrUpdate(
            endpoint.Id, static (_, turn) => turn,
            static (_, waiting, turn) => waiting is Turn.Disabled || turn is Turn.Failing ? waiting : turn, turn);
        _turned.Writer.TryWrite(true);
    }

    /// <summary>Notes what is left, too.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await NoteAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await _turned.Reader.WaitToReadAsync(stoppingToken))
        {
            _turned.Reader.TryRead(out _);
            await NoteAsync(stoppingToken);
            await Task.Delay(Pause, time, stoppingToken);
        }
    }

    private Turn? TurnOf(Endpoint endpoint, NextStep step, AttemptOutcome outcome, bool isBroken)
    {
        if (step is NextStep.DisableEndpoint disable)
            return new Turn.Disabled(endpoint, disable.Reason);
        if (outcome.Evidence == EndpointEvidence.Healthy)
            return endpoint.FailingSince is null && !_turns.ContainsKey(endpoint.Id) ? null : new Turn.Healthy(endpoint);
        if (endpoint.FailingSince is null)
            return isBroken ? new Turn.Failing(endpoint, time.GetUtcNow()) : null;
        if (time.GetUtcNow() - endpoint.FailingSince < options.DisableAfter)
            return null;
        return new Turn.Disabled(endpoint, $"Every attempt has failed since {endpoint.FailingSince:yyyy-MM-dd HH:mm} UTC.");
    }

    private async Task NoteAsync(CancellationToken cancellationToken)
    {
        var turns = _turns.ToArray();
        try
        {
            await SetFailingSinceAsync([.. turns.Select(t => t.Value).Where(t => t is not Turn.Disabled)], cancellationToken);
            foreach (var disabled in turns.Select(t => t.Value).OfType<Turn.Disabled>())
                await DisableAsync(disabled.Endpoint, disabled.Reason, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // It goes on: later outcomes will tell the same.
            LogNotNoted(turns.Length, e);
        }

        // Only now, so that a success in the meantime knows what it has to take back.
        foreach (var turn in turns)
            _turns.TryRemove(turn);
    }

    private async Task SetFailingSinceAsync(Turn[] turns, CancellationToken cancellationToken)
    {
        if (turns.Length == 0)
            return;
        long version;
        await using (var write = await writer.BeginAsync(cancellationToken))
        {
            version = write.Version;
            await write.ExecuteAsync(
                """
                update endpoints e set failing_since = t.failing_since, version = $5
                from unnest($1::bigint[], $2::uuid[], $3::int[], $4::timestamptz[]) as t (institution_id, id, revision, failing_since)
                where e.institution_id = t.institution_id and e.id = t.id and e.revision = t.revision
                """,
                [
                    Array.ConvertAll(turns, static t => t.Endpoint.InstitutionId), Array.ConvertAll(turns, static t => t.Endpoint.Id),
                    Array.ConvertAll(turns, static t => t.Endpoint.Revision),
                    Array.ConvertAll(turns, static t => (t as Turn.Failing)?.Since), version,
                ], cancellationToken);
            await write.CommitAsync(cancellationToken);
        }

        await configuration.CatchUpAsync(version, cancellationToken);
    }

    private async Task DisableAsync(Endpoint endpoint, string reason, CancellationToken cancellationToken)
    {
        long version;
        await using (var write = await writer.BeginAsync(cancellationToken))
        {
            version = write.Version;
            await configuration.CatchUpAsync(version - 1, cancellationToken); // whom to tell
            var disabled = await write.ExecuteAsync(
                """
                update endpoints set status = 'disabled', status_reason = $3, updated_at = $4, version = $5
                where institution_id = $1 and id = $2 and status = 'active' and revision = $6
                """, [endpoint.InstitutionId, endpoint.Id, reason, time.GetUtcNow(), version, endpoint.Revision], cancellationToken);
            if (disabled == 0)
                return;
            await AuditTrail.NoteAsync(
                write, endpoint.InstitutionId, AuditedChange.EndpointDisabled, PublicId.Format(PublicId.Endpoint, endpoint.Id), reason,
                cancellationToken);
            await EventLedger.AppendAsync(write.Connection, [Announce(endpoint, reason)], version, lease: null, cancellationToken);
            await write.CommitAsync(cancellationToken);
        }

        LogDisabled(PublicId.Format(PublicId.Endpoint, endpoint.Id), endpoint.InstitutionId, reason);
        await configuration.CatchUpAsync(version, cancellationToken);
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

    /// <summary>A change of health that is not on record yet.</summary>
    private abstract record Turn(Endpoint Endpoint)
    {
        public sealed record Failing(Endpoint Endpoint, DateTimeOffset Since) : Turn(Endpoint);

        public sealed record Healthy(Endpoint Endpoint) : Turn(Endpoint);

        public sealed record Disabled(Endpoint Endpoint, string Reason) : Turn(Endpoint);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Endpoint {Endpoint} of institution {Institution} was disabled: {Reason}")]
    private partial void LogDisabled(string endpoint, long institution, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The health of {Count} endpoints could not be noted")]
    private partial void LogNotNoted(int count, Exception problem);
}
