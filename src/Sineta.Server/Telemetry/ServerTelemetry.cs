using Sineta.Delivery;

namespace Sineta.Server.Telemetry;

/// <summary>What the server tells of itself: at /metrics to Prometheus, and by OTLP where an endpoint of it is set.</summary>
internal static class ServerTelemetry
{
    /// <summary>The meters that are exported.</summary>
    public static readonly string[] Meters = [DeliveryMetrics.MeterName, SqlStatements.MeterName, "System.Runtime"];

    /// <summary>To be called before delivery is added: what starts first stops last, and so sees the last measurements.</summary>
    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        builder.Services.AddMetrics();
        builder.Services.AddSingleton<SqlStatements>();
        builder.Services.AddSingleton<MetricsCollector>();
        if (!string.IsNullOrEmpty(builder.Configuration[OtlpExport.EndpointSetting]))
            builder.Services.AddHostedService<OtlpExport>();
    }
}
