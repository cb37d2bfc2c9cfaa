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
    private readonly Channel<Released> _released = Channel.CreateBounded<Released>(options.OutcomeQueue);
    private readonly CommitTurns _turns = new(time);
    private readonly OnceAMinute _trouble = new(time);

    /// <summary>Raised once attempts are on record; their deliveries are no longer this node's.</summary>
    public event Action<IReadOnlyList<MadeAttempt>>? Recorded;

    /// <summary>Waits for a place in the queue, not for the record.</summary>
    public ValueTask RecordAsync(MadeAttempt made, CancellationToken cancellationToken) => _made.Writer.WriteAsync(made, cancellationToken);

    /// <summary>Gives deliveries back to the database, to be claimed when there is room for them.</summary>
    public ValueTask ReleaseAsync(IReadOnlyList<OpenDelivery> deliveries, CancellationToken cancellationToken) =>
        deliveries.Count == 0 ? ValueTask.CompletedTask : _released.Writer.WriteAsync(new Released(deliveries, TimeSpan.Zero), cancellationToken);

    /// <summary>Gives back a delivery that met a fault of ours, to be tried again after a while.</summary>
    public ValueTask PostponeAsync(OpenDelivery delivery, CancellationToken cancellationToken) =>
        _released.Writer.WriteAsync(new Released([delivery], options.FaultDelay), cancellationToken);

    /// <summary>No more comes: what is queued is written before <see cref="BackgroundService.ExecuteTask"/> ends.</summary>
    public void Complete()
    {
        _made.Writer.TryComplete();
        _released.Writer.TryComplete();
    }

    // It ends by Complete, after the last outcome is written, and not with the host's token.
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Task[] writers = [.. Enumerable.Range(0, options.OutcomeWriters).Select(_ => Task.Run(WriteMadeAsync, CancellationToken.None)), WriteReleasedAsync()];
        await foreach (var ended in Task.WhenEach(writers).WithCancellation(CancellationToken.None))
            await ended;
    }

    private async Task WriteMadeAsync()
    {
        var batch = new List<MadeAttempt>(options.OutcomeBatch);
        while (await _made.Reader.WaitToReadAsync())
        {
            if (_made.Reader.Count >= options.OutcomeBatch)
                await WriteQueuedAsync(batch);
            else
                await _turns.TakeAsync(() => GatherAsync(batch));
        }
    }

    private async Task GatherAsync(List<MadeAttempt> batch)
    {
        if (_made.Reader.Count < options.OutcomeBatch)
            await Task.Delay(options.OutcomeLinger, time);
        await WriteQueuedAsync(batch);
    }

    private async Task WriteQueuedAsync(List<MadeAttempt> batch)
    {
        batch.Clear();
        while (batch.Count < options.OutcomeBatch && _made.Reader.TryRead(out var made))
            batch.Add(made);
        if (batch.Count > 0)
            await WriteAsync(batch);
    }

    /// <summary>One outcome that cannot be recorded must not keep others from it: a batch that fails is halved, until that one is alone.</summary>
    private async Task WriteAsync(List<MadeAttempt> batch, bool again = false)
    {
        var counted = 0;
        try
        {
            await InsistAsync(async again => counted = await ledger.RecordAsync(batch, again, CancellationToken.None), batch.Count, again);
        }
        catch (Exception) when (batch.Count > 1)
        {
            var half = batch.Count / 2;
            await WriteAsync(batch.GetRange(0, half), again: true);
            await WriteAsync(batch.GetRange(half, batch.Count - half), again: true);
            return;
        }
        catch (Exception e)
        {
            LogFault(PublicId.Format(PublicId.Delivery, batch[0].Delivery.Id), e);
            await ReleaseAsync(new Released([batch[0].Delivery], options.FaultDelay));
            return;
        }

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
        await foreach (var released in _released.Reader.ReadAllAsync())
            await ReleaseAsync(released);
    }

    private Task ReleaseAsync(Released released) =>
        InsistAsync(_ => queue.ReleaseAsync(released.Deliveries, released.Delay, CancellationToken.None), released.Deliveries.Count);

    /// <summary>Either write may be put again: the second time it does nothing.</summary>
    private async Task InsistAsync(Func<bool, Task> write, int count, bool again = false)
    {
        for (; ; again = true)
        {
            try
            {
                await write(again);
                return;
            }
            catch (Exception e) when (Database.IsUnavailable(e))
            {
                if (_trouble.IsDue())
                    LogUnavailable(count, e.Message);
                await Task.Delay(options.DatabaseRetryDelay, time);
            }
        }
    }

    private sealed record Released(IReadOnlyList<OpenDelivery> Deliveries, TimeSpan Delay);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} outcomes came after their lease was lost: recorded as attempts, without effect")]
    private partial void LogFenced(int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database did not take {Count} outcomes, which will be put again: {Problem}")]
    private partial void LogUnavailable(int count, string problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "The outcome of an attempt of delivery {Delivery} cannot be recorded; it will be tried again")]
    private partial void LogFault(string delivery, Exception problem);
}
