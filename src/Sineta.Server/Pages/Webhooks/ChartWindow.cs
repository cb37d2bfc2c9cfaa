using System.Globalization;
using Sineta.Delivery.History;
using Sineta.Delivery.Institutions;
using Sineta.Server.Pages.Components;

namespace Sineta.Server.Pages.Webhooks;

/// <summary>How far back charts reach, and in which steps.</summary>
public sealed record ChartWindow(string Name, TimeSpan Length, TimeSpan Step, string PointFormat)
{
    public static readonly IReadOnlyList<ChartWindow> All =
    [
        new("hour", TimeSpan.FromHours(1), TimeSpan.FromMinutes(1), "t"),
        new("day", TimeSpan.FromDays(1), TimeSpan.FromMinutes(30), "t"),
        new("week", TimeSpan.FromDays(7), TimeSpan.FromHours(4), "g"),
    ];

    public string Title => Name switch
    {
        "hour" => WebhookTexts.WindowHour,
        "day" => WebhookTexts.WindowDay,
        _ => WebhookTexts.WindowWeek,
    };

    /// <summary>The day where none is named, or none that there is.</summary>
    public static ChartWindow Of(string? name) => All.FirstOrDefault(w => w.Name == name) ?? All[1];

    public Chart Rate(DeliveryOverview overview, Institution institution) => new(
        WebhookTexts.ChartRate, Points(overview, institution),
        [
            new(WebhookTexts.OutcomeDelivered, "ok", [.. overview.Steps.Select(s => (double?)s.Counts.Delivered)]),
            new(WebhookTexts.OutcomeRefused, "wait", [.. overview.Steps.Select(s => (double?)s.Counts.Refused)]),
            new(WebhookTexts.OutcomeUnreachable, "bad", [.. overview.Steps.Select(s => (double?)s.Counts.Unreachable)]),
        ]);

    public Chart Success(DeliveryOverview overview, Institution institution) => new(
        WebhookTexts.ChartSuccess, Points(overview, institution),
        [new(WebhookTexts.SuccessRate, "ok", [.. overview.Steps.Select(s => s.Counts.SuccessRate)])], "P0");

    public Chart LatencyOf(DeliveryOverview overview, Institution institution) => new(
        WebhookTexts.ChartLatency, Points(overview, institution),
        [
            new("p50", "one", [.. overview.Steps.Select(s => s.Latency.P50?.TotalMilliseconds)]),
            new("p95", "two", [.. overview.Steps.Select(s => s.Latency.P95?.TotalMilliseconds)]),
            new("p99", "three", [.. overview.Steps.Select(s => s.Latency.P99?.TotalMilliseconds)]),
        ]);

    public Chart Backlog(DeliveryOverview overview, Institution institution) => new(
        WebhookTexts.ChartBacklog, Points(overview, institution),
        [new(WebhookTexts.Waiting, "wait", [.. overview.Steps.Select(s => (double?)s.Backlog)])]);

    private List<string> Points(DeliveryOverview overview, Institution institution) =>
        [.. overview.Steps.Select(s => institution.Clock.ToZoned(s.At).ToString(PointFormat, CultureInfo.CurrentCulture))];
}
