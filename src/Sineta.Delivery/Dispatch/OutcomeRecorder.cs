using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sineta.Delivery.Intake;
using Sineta.Delivery.Storage;

namespace Sineta.Delivery.Dispatch;

/// <summary>
/// Puts attempts on record, many in one transaction. Its queue is bounded: where the database cannot follow, or is away, workers wait here
/// with their outcomes rather than lose them.
/// </summary>
public sealed partial class OutcomeRecorder(
    AttemptLedger ledger, DeliveryQueue queue, EndpointStatistics statistics, DeliveryMetrics metrics, DeliveryOptions options, TimeProvider time,
    ILogger<OutcomeRecorder> logger) : BackgroundService
{
    private readonly Channel<MadeAttempt> _made = Channel.CreateBounded<MadeAttempt>(options.OutcomeQueue);
    private readonly Channel<IReadOnlyList<OpenDelivery>> _released = Channel.CreateBounded<IReadOnlyList<OpenDelivery>>(options.OutcomeQueue);

    /// <summary>Raised once attempts are on record; their deliveries are no longer this node's.</summary>
    public event Action<IReadOnlyList<MadeAttempt>>? Recorded;

    /// <summary>Waits for a place in the queue, not for the record.</summary>
    public ValueTask RecordAsync(MadeAttempt made, CancellationToken cancellationToken) => _made.Writer.WriteAsync(made, cancellationToken);

    /// <summary>Gives deliveries back to the database, to be claimed when there is room for them.</summary>
    public ValueTask ReleaseAsync(IReadOnlyList<OpenDelivery> deliveries, CancellationToken cancellationToken) =>
        deliveries.Count == 0 ? ValueTask.CompletedTask : _released.Writer.WriteAsync(deliveries, cancellationToken);

    /// <summary>No more comes: what is queued is written before <see cref="BackgroundService.ExecuteTask"/> ends.</summary>
    public void Complete()
    {
        _made.Writer.TryComplete();
        _released.Writer.TryComplete();
    }

    // It ends by Complete, after the last outcome is written, and not with the host's token.
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        [.. Enumerable.Range(0, options.OutcomeWriters).Select(_ => Task.Run(WriteMadeAsync, CancellationToken.None)), Task.Run(WriteReleasedAsync, CancellationToken.None)]);

    private async Task WriteMadeAsync()
    {
        var batch = new List<MadeAttempt>(options.OutcomeBatch);
        while (await _made.Reader.WaitToReadAsync())
        {
            if (_made.Reader.Count < options.OutcomeBatch)
                await Task.Delay(options.OutcomeLinger, time);
            batch.Clear();
            while (batch.Count < options.OutcomeBatch && _made.Reader.TryRead(out var made))
                batch.Add(made);
            if (batch.Count > 0)
                await WriteAsync(batch);
        }
    }

    private async Task WriteAsync(List<MadeAttempt> batch)
    {
        var counted = 0;
        await InsistAsync(async again => counted = await ledger.RecordAsync(batch, again, CancellationToken.None), batch.Count);
        if (counted < batch.Count)
            LogFenced(batch.Count - counted);
        foreach (var made in batch)
        {
            statistics.Record(made.Delivery.Event.InstitutionId, made.Delivery.EndpointId, made.Result);
            metrics.AttemptMade(made.Result);
        }

        Recorded?.Invoke(batch);
    }

    private async Task WriteReleasedAsync()
    {
        await foreach (var deliveries in _released.Reader.ReadAllAsync())
            await InsistAsync(_ => queue.ReleaseAsync(deliveries, TimeSpan.Zero, CancellationToken.None), deliveries.Count);
    }

    /// <summary>Either write may be put again: the second time it does nothing.</summary>
    private async Task InsistAsync(Func<bool, Task> write, int count)
    {
        for (var again = false; ; again = true)
        {
            try
            {
                await write(again);
                return;
            }
            catch (Exception e) when (Database.IsUnavailable(e))
            {
                LogUnavailable(count, e.Message);
                await Task.Delay(options.DatabaseRetryDelay, time);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} outcomes came after their lease was lost: recorded as attempts, without effect")]
    private partial void LogFenced(int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database did not take {Count} outcomes, which will be put again: {Problem}")]
    private partial void LogUnavailable(int count, string problem);
}
