using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Delivery.Endpoints;
using Sineta.Delivery.History;

namespace Sineta.Server.Pages.Webhooks;

/// <summary>How all of an institution's endpoints do.</summary>
internal static class OverviewPages
{
    public static void Map(RouteGroupBuilder webhooks) => webhooks.MapGet("", ShowAsync);

    private static async Task<RazorComponentResult> ShowAsync(
        string? window, Viewer viewer, Configuration configuration, DeliveryOverviewStore overview, CancellationToken cancellationToken)
    {
        var chosen = ChartWindow.Of(window);
        var endpoints = configuration.EndpointsOf(viewer.InstitutionId).OrderBy(static e => e.Id).ToList();
        Guid[] ids = [.. endpoints.Select(e => e.Id)];
        var glances = await overview.GlanceAsync(viewer.InstitutionId, ids, chosen.Length, cancellationToken);
        var all = await overview.ReadAsync(viewer.InstitutionId, ids, chosen.Length, chosen.Step, cancellationToken);
        return OverviewPage.Of(new([.. endpoints.Select(e => new EndpointRow(e, glances[e.Id]))], all, chosen));
    }
}

public sealed record OverviewModel(IReadOnlyList<EndpointRow> Endpoints, DeliveryOverview Overview, ChartWindow Window);
