using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Delivery.Endpoints;
using Sineta.Delivery.History;
using Sineta.Delivery.Institutions;
using Sineta.Delivery.Storage;
using Sineta.Server.Api.Description;

namespace Sineta.Server.Api;

/// <summary>How an endpoint does.</summary>
public static class EndpointStatsApi
{
    private static readonly Dictionary<string, (TimeSpan Length, TimeSpan Step)> Windows = new(StringComparer.Ordinal)
    {
        ["hour"] = (TimeSpan.FromHours(1), TimeSpan.FromMinutes(1)),
        ["day"] = (TimeSpan.FromDays(1), TimeSpan.FromMinutes(15)),
        ["week"] = (TimeSpan.FromDays(7), TimeSpan.FromHours(2)),
    };

    public static void Map(RouteGroupBuilder v1) => v1.MapGet("/endpoints/{id}/stats", FindAsync).WithTags("Endpoints")
        .Requires(Scopes.WebhooksManage | Scopes.Read).WithName("getEndpointStats").WithSummary("Get an endpoint's rates and latencies")
        .TakesQuery("window", "hour (unless given), day or week.");

    private static async Task<Results<Ok<StatsBody>, ProblemResult>> FindAsync(
        string id, Caller caller, HttpRequest http, Configuration configuration, EndpointStatsStore store, DeliveryLog log,
        CancellationToken cancellationToken)
    {
        var query = new QueryReader(http.Query);
        var window = query.OneOf("window", Windows.Keys) ?? "hour";
        if (query.Refusal() is { } refusal)
            return refusal;
        if (!PublicId.TryParse(PublicId.Endpoint, id, out var parsed)
            || configuration.FindEndpoint(caller.InstitutionId, parsed) is not { } endpoint)
            return ProblemTypes.NotFound.With("There is no such endpoint.");
        var (length, step) = Windows[window];
        var stats = await store.ReadAsync(caller.InstitutionId, parsed, length, step, cancellationToken);
        var failure = new DeliveryFilter { EndpointId = parsed, Status = DeliveryStatus.Failed };
        var failed = await log.ReadAsync(caller.InstitutionId, failure, null, limit: 1, cancellationToken);
        return TypedResults.Ok(new StatsBody(window, stats, endpoint.Status == EndpointStatus.Active, failed.Rows.SingleOrDefault()));
    }

    /// <summary>Attempts of the window, and deliveries that wait now.</summary>
    public sealed record StatsBody
    {
        internal StatsBody(string window, EndpointStats stats, bool isActive, DeliveryEntry? lastFailure)
        {
            (Window, From, To) = (window, stats.From, stats.Until);
            var total = stats.Total;
            (Attempts, Delivered, Refused, Unreachable) = (total.Attempts, total.Delivered, total.Refused, total.Unreachable);
            SuccessRate = total.SuccessRate;
            LatencyMs = new LatencyBody(stats.P50?.TotalMilliseconds, stats.P95?.TotalMilliseconds, stats.P99?.TotalMilliseconds);
            (Pending, Held) = isActive ? (stats.Open, 0L) : (0L, stats.Open);
            LastFailure = lastFailure is null ? null : new DeliveryBody(lastFailure);
            Series = [.. stats.Series.Select(static s => new PointBody(s.At, s.Counts.Delivered, s.Counts.Refused, s.Counts.Unreachable))];
        }

        public string Window { get; }

        public DateTimeOffset From { get; }

        public DateTimeOffset To { get; }

        public long Attempts { get; }

        public long Delivered { get; }

        public long Refused { get; }

        public long Unreachable { get; }

        /// <summary>0 to 1; null without an attempt.</summary>
        public double? SuccessRate { get; }

        public LatencyBody LatencyMs { get; }

        public long Pending { get; }

        public long Held { get; }

        /// <summary>The newest delivery that failed for good.</summary>
        public DeliveryBody? LastFailure { get; }

        /// <summary>The window in steps (a minute, 15 minutes, 2 hours), oldest first; those without an attempt are left out.</summary>
        public IReadOnlyList<PointBody> Series { get; }
    }

    public sealed record LatencyBody(double? P50, double? P95, double? P99);

    public sealed record PointBody(DateTimeOffset At, long Delivered, long Refused, long Unreachable);
}
