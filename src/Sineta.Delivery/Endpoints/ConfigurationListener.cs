using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Sineta.Delivery.Storage;

namespace Sineta.Delivery.Endpoints;

/// <summary>
/// Hears of other nodes' changes as they commit, over a connection of its own. Nothing relies on it: intake checks the version in its own
/// transaction, and each sweep refreshes too. But a key that was revoked on one node is refused by all at once.
/// </summary>
public sealed partial class ConfigurationListener(
    NpgsqlDataSource database, Configuration configuration, DeliveryOptions options, TimeProvider time,
    ILogger<ConfigurationListener> logger)
    : BackgroundService
{
    private readonly OnceAMinute _trouble = new(time);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await ListenAsync(stoppingToken);
            }
            catch (Exception e) when (Database.IsUnavailable(e))
            {
                if (_trouble.IsDue())
                    LogUnavailable(e.Message);
                await Task.Delay(options.DatabaseRetryDelay, time, stoppingToken);
            }
        }
    }

    private async Task ListenAsync(CancellationToken stoppingToken)
    {
        await using var connection = await database.OpenConnectionAsync(stoppingToken);
        var told = 0L;
        connection.Notification += (_, news) => told = long.Parse(news.Payload, CultureInfo.InvariantCulture);
        await using (var listen = new NpgsqlCommand($"listen {ConfigurationWrite.Channel}", connection))
            await listen.ExecuteNonQueryAsync(stoppingToken);
        await configuration.RefreshAsync(stoppingToken);
        while (true)
        {
            await connection.WaitAsync(stoppingToken);
            await configuration.CatchUpAsync(told, stoppingToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Other nodes' changes are heard of by the sweep alone for now: {Problem}")]
    private partial void LogUnavailable(string problem);
}
