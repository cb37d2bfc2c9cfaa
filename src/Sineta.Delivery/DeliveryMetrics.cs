using System.Diagnostics.Metrics;
using Sineta.Delivery.Dispatch;
using Sineta.Delivery.Endpoints;

namespace Sineta.Delivery;

/// <summary>The instruments of the meter <c>Sineta.Delivery</c>.</summary>
public sealed class DeliveryMetrics
{
    public const string MeterName = "Sineta.Delivery";

    private static readonly KeyValuePair<string, object?> DeliveredOutcome = new("outcome", "delivered");
    private static readonly KeyValuePair<string, object?> RefusedOutcome = new("outcome", "refused");
    private static readonly KeyValuePair<string, object?> UnreachableOutcome = new("outcome", "unreachable");

    private static readonly (EndpointStatus Status, KeyValuePair<string, object?> Tag)[] Statuses =
    [
        (EndpointStatus.Unverified, new("status", "unverified")), (EndpointStatus.Active, new("status", "active")),
        (EndpointStatus.Paused, new("status", "paused")), (EndpointStatus.Disabled, new("status", "disabled")),
    ];

    private readonly Meter _meter;
    private readonly Counter<long> _accepted;
    private readonly Counter<long> _attempts;
    private readonly Histogram<double> _duration;

    public DeliveryMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _accepted = _meter.CreateCounter<long>("sineta.events.accepted", "{event}", "Events committed, each once.");
        _attempts = _meter.CreateCounter<long>("sineta.attempts", "{attempt}", "HTTP calls made to endpoints, by what came of them.");
        _duration = _meter.CreateHistogram(
            "sineta.attempt.duration", "s", "A whole attempt, from name resolution to the last byte read.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30],
            });
    }

    /// <summary>Events were committed; duplicates are not among them.</summary>
    public void EventsAccepted(int count) => _accepted.Add(count);

    /// <summary>An attempt came to its outcome.</summary>
    public void AttemptMade(AttemptResult result)
    {
        var outcome = result.Outcome switch
        {
            AttemptOutcome.Delivered => DeliveredOutcome,
            AttemptOutcome.Refused => RefusedOutcome,
            _ => UnreachableOutcome,
        };
        _attempts.Add(1, outcome);
        _duration.Record(result.Timings.Total / 1e6, outcome);
    }

    /// <summary>Names the source of <c>sineta.deliveries.in_memory</c>; to be called once.</summary>
    public void WatchInMemory(Func<int> deliveries) =>
        _meter.CreateObservableGauge("sineta.deliveries.in_memory", deliveries, "{delivery}", "Deliveries that this node holds in memory.");

    /// <summary>Names the source of <c>sineta.deliveries.overdue</c>; to be called once.</summary>
    public void WatchOverdue(Func<TimeSpan> longest) => _meter.CreateObservableGauge(
        "sineta.deliveries.overdue", () => longest().TotalSeconds, "s",
        "How long the longest due delivery to an active endpoint has been waiting for a node to take it up.");

    /// <summary>Names the source of <c>sineta.lease.held</c>; to be called once.</summary>
    public void WatchLease(Func<bool> isHeld) =>
        _meter.CreateObservableGauge("sineta.lease.held", () => isHeld() ? 1 : 0, description: "1 while this node may deliver, else 0.");

    /// <summary>Names the source of <c>sineta.endpoints</c>; to be called once.</summary>
    public void WatchEndpoints(Func<IEnumerable<Endpoint>> endpoints) => _meter.CreateObservableGauge(
        "sineta.endpoints", () => Statuses.Select(s => new Measurement<int>(endpoints().Count(e => e.Status == s.Status), s.Tag)),
        "{endpoint}", "Endpoints, by their status.");
}
