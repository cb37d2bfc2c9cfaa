using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Sineta.Server.Telemetry;

/// <summary>Sends the metrics by OTLP, as OpenTelemetry's own variables say, and once more at the end.</summary>
internal sealed class OtlpExport(IConfiguration configuration) : IHostedService
{
    public const string EndpointSetting = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private MeterProvider? _provider;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _provider = Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(configuration))
            .ConfigureResource(static resource => resource.AddService("sineta").AddEnvironmentVariableDetector())
            .AddMeter(ServerTelemetry.Meters)
            .AddOtlpExporter()
            .Build();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _provider?.Dispose();
        return Task.CompletedTask;
    }
}
