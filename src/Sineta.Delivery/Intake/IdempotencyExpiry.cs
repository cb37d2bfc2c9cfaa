using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sineta.Delivery.Storage;

namespace Sineta.Delivery.Intake;

/// <summary>Forgets Idempotency-Keys whose time is over, every hour. Until then they take room and nothing else.</summary>
public sealed partial class IdempotencyExpiry(IdempotencyStore store, TimeProvider time, ILogger<IdempotencyExpiry> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await store.ForgetAsync(stoppingToken);
            }
            catch (Exception e) when (Database.IsUnavailable(e))
            {
                LogUnavailable(e.Message);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Idempotency-Keys are forgotten later than usual: {Problem}")]
    private partial void LogUnavailable(string problem);
}
