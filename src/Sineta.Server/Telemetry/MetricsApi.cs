using Microsoft.AspNetCore.Http.HttpResults;
using Sineta.Server.Api;

namespace Sineta.Server.Telemetry;

/// <summary>/metrics, for this machine's own Prometheus, and with the operator's key for any other.</summary>
internal static class MetricsApi
{
    public static void Map(WebApplication app)
    {
        // Here, so that both count from before the first request.
        app.Services.GetRequiredService<SqlStatements>();
        var collector = app.Services.GetRequiredService<MetricsCollector>();
        app.MapGet("/metrics", () => Read(collector)).RequiresOperatorOrLocal().ExcludeFromDescription();
    }

    private static ContentHttpResult Read(MetricsCollector collector) => TypedResults.Text(collector.Read(), PrometheusText.MediaType);
}
