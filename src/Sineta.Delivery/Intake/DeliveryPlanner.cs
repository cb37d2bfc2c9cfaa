using Sineta.Delivery.Endpoints;
using Sineta.Delivery.Storage;

namespace Sineta.Delivery.Intake;

/// <summary>
/// Says which deliveries an event will have, and takes them to the bell: each has its place in memory, or is left in the database, before the
/// commit; after it each place is rung, or given back.
/// </summary>
public sealed class DeliveryPlanner(Configuration configuration, IdGenerator ids, Bell bell, FreshCommits commits)
{
    /// <summary>Plans the events of one commit: one delivery for each endpoint that takes the event.</summary>
    /// <param name="events">All different facts.</param>
    /// <param name="token">This node's lease; null where it has none, and all deliveries are left in the database.</param>
    public PlannedEvent[] Plan(IEnumerable<Event> events, long? token)
    {
        var commit = commits.Begin();
        return [.. events.Select(e => Plan(e, token, commit))];
    }

    private PlannedEvent Plan(Event happened, long? token, FreshCommit commit)
    {
        var endpoints = RecipientsOf(happened);
        var cause = happened.OnlyFor is null ? DeliveryCause.Event : DeliveryCause.Test;
        var deliveries = new PlannedDelivery[endpoints.Count];
        for (var i = 0; i < deliveries.Length; i++)
        {
            var endpoint = endpoints[i];
            var held = token is not null && bell.TryAdmit(endpoint) ? token : null;
            var delivery = new OpenDelivery(ids.Next(), happened, endpoint.Id, cause, ReplayId: null, Attempts: 0, held)
            {
                Commit = held is not null && cause == DeliveryCause.Event ? commit : null,
            };
            delivery.Commit?.Join();
            deliveries[i] = new PlannedDelivery(delivery, endpoint.OrderedPerLearner ? happened.Learner : null);
        }

        return new PlannedEvent(happened, deliveries);
    }

    /// <summary>The event is committed: its deliveries go.</summary>
    public async ValueTask RingAsync(PlannedEvent planned)
    {
        foreach (var (delivery, _) in planned.Deliveries)
            await bell.RingAsync(delivery);
    }

    /// <summary>
    /// The event is committed, but not known under which lease: its deliveries, given free meanwhile, wait to be claimed.
    /// </summary>
    public async ValueTask RingFreedAsync(PlannedEvent planned)
    {
        Withdraw(planned);
        foreach (var (delivery, _) in planned.Deliveries)
            await bell.RingAsync(delivery with { Lease = null });
    }

    /// <summary>The event is not stored: the places are given back.</summary>
    public void Withdraw(PlannedEvent planned)
    {
        foreach (var (delivery, _) in planned.Deliveries)
        {
            if (delivery.Lease is not null)
                bell.Withdraw(delivery.EndpointId);
            delivery.Commit?.Leave(1);
        }
    }

    private IReadOnlyList<Endpoint> RecipientsOf(Event happened)
    {
        if (happened.OnlyFor is not { } only)
            return configuration.Matching(happened.InstitutionId, happened.Slug);
        return configuration.FindEndpoint(happened.InstitutionId, only) is { } endpoint ? [endpoint] : [];
    }
}
