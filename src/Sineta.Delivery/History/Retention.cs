using System.Data;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Sineta.Delivery.Storage;

namespace Sineta.Delivery.History;

/// <summary>
/// Makes the partitions of the days to come, and lets go of what is older than it has to be: when a node starts and every hour, on one node
/// at a time.
/// </summary>
public sealed partial class Retention(
    NpgsqlDataSource database, Partitions partitions, DeliveryOptions options, TimeProvider time, ILogger<Retention> logger)
    : BackgroundService
{
    private const int Batch = 10_000;
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private const string TurnSql = "select pg_try_advisory_lock(hashtext('sineta.retention'))";

    private const string EndTurnSql = "select pg_advisory_unlock(hashtext('sineta.retention'))";

    // Their events go: leased or not, they could not be sent any more.
    private const string DeliveriesSql =
        "delete from open_deliveries where ctid = any(array(select ctid from open_deliveries where event_id < $1 limit $2))";

    private const string MinutesSql =
        "delete from endpoint_minutes where ctid = any(array(select ctid from endpoint_minutes where minute < $1 limit $2))";

    private const string HalfHoursSql =
        "delete from endpoint_half_hours where ctid = any(array(select ctid from endpoint_half_hours where half_hour < $1 limit $2))";

    private const string BacklogSql =
        "delete from endpoint_backlog where ctid = any(array(select ctid from endpoint_backlog where minute < $1 limit $2))";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception e) when (Database.IsUnavailable(e))
            {
                LogUnavailable(e.Message);
            }

            await Task.Delay(Interval, time, stoppingToken);
        }
    }

    /// <summary>Does now what is due; nothing where another node is at it.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        if (!await AskAsync(connection, TurnSql, cancellationToken))
            return;
        try
        {
            await partitions.EnsureAsync(cancellationToken);
            await LetGoAsync(connection, cancellationToken);
        }
        finally
        {
            if (connection.State == ConnectionState.Open) // else the turn ended with the connection
                await AskAsync(connection, EndTurnSql, CancellationToken.None);
        }
    }

    private async Task LetGoAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var firstKept = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).AddDays(-options.RetentionDays);
        var given = await DeleteAsync(connection, DeliveriesSql, Partitions.FirstId(firstKept), cancellationToken);
        if (given > 0)
            LogGivenUp(given, firstKept);
        foreach (var day in await partitions.DropBeforeAsync(firstKept, cancellationToken))
            LogDropped(day);
        foreach (var sql in (string[])[MinutesSql, HalfHoursSql, BacklogSql])
            await DeleteAsync(connection, sql, firstKept.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc), cancellationToken);
    }

    private static async Task<long> DeleteAsync<T>(NpgsqlConnection connection, string sql, T before, CancellationToken cancellationToken)
    {
        var deleted = 0L;
        for (var last = Batch; last == Batch; deleted += last)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = before });
            command.Parameters.AddWithValue(Batch);
            last = await command.ExecuteNonQueryAsync(cancellationToken);
        }

        return deleted;
    }

    private static async Task<bool> AskAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "What was kept of {Day} is gone: its time is over")]
    private partial void LogDropped(DateOnly day);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} deliveries never got there: their events were from before {FirstKept}")]
    private partial void LogGivenUp(long count, DateOnly firstKept);

    [LoggerMessage(Level = LogLevel.Error, Message = "Old events and attempts stay for now: {Problem}")]
    private partial void LogUnavailable(string problem);
}
