using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sineta.Delivery.Endpoints;
using Sineta.Delivery.Intake;
using Sineta.Delivery.Storage;

namespace Sineta.Delivery.Dispatch;

/// <summary>
/// Sends deliveries, each in its endpoint's lane. A worker: 1. takes the next delivery of its lane, 2. makes sure of the lease, 3. signs the
/// request, 4. makes the attempt, outside any transaction, 5. decides the next step, 6. puts it on record, 7. lets the lane learn from it.
/// </summary>
public sealed partial class Dispatcher(
    Configuration configuration, DeliverySender sender, OutcomeRecorder recorder, EndpointHealth health, NodeLease lease,
    DeliveryMetrics metrics, DeliveryOptions options, TimeProvider time, ILogger<Dispatcher> logger) : Bell, IHostedService, IDisposable
{
    private readonly ConcurrentDictionary<Guid, Lane> _lanes = new();
    private readonly Renderings _renderings = new(configuration);
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _cutting = new(Timeout.InfiniteTimeSpan, time);
    private int _workers;
    private int _inMemory;

    /// <summary>Raised with a lane that has room, and for which something may lie in the database.</summary>
    public event Action<Lane>? Hungry;

    /// <summary>Deliveries in this node's memory.</summary>
    public int InMemory => Volatile.Read(ref _inMemory);

    private bool IsCrowded => InMemory >= options.MaxInMemory;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        configuration.EndpointChanged += Reconfigure;
        foreach (var endpoint in configuration.Endpoints)
            Reconfigure(endpoint);
        recorder.Recorded += AfterRecord;
        metrics.WatchInMemory(() => InMemory);
        metrics.WatchEndpoints(() => configuration.Endpoints);
        return Task.CompletedTask;
    }

    /// <summary>Gives what waits back to the database, and lets the calls in flight end, for <see cref="DeliveryOptions.StopPatience"/>.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        configuration.EndpointChanged -= Reconfigure;
        await _stopping.CancelAsync();
        _cutting.CancelAfter(options.StopPatience);
        foreach (var lane in _lanes.Values)
            await GiveBackAsync(lane.Drain(), cancellationToken);
        while (Volatile.Read(ref _workers) > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(10), time, cancellationToken);
        recorder.Complete();
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _cutting.Dispose();
    }

    public Lane LaneOf(Endpoint endpoint) =>
        _lanes.GetOrAdd(endpoint.Id, static (_, made) => new Lane(made.endpoint, made.options, made.time), (endpoint, options, time));

    public override Task? Enter(Endpoint endpoint, int events, bool patient) => LaneOf(endpoint).Enter(events, patient);

    public override void Leave(Endpoint endpoint, int events) => LaneOf(endpoint).Leave(events);

    public override bool TryAdmit(Endpoint endpoint)
    {
        if (_stopping.IsCancellationRequested || !LaneOf(endpoint).TryAdmit(IsCrowded))
            return false;
        Interlocked.Increment(ref _inMemory);
        return true;
    }

    public override void Withdraw(Guid endpointId)
    {
        _lanes[endpointId].Withdraw();
        Interlocked.Decrement(ref _inMemory);
    }

    public override ValueTask RingAsync(OpenDelivery delivery)
    {
        if (delivery.Lease is null)
        {
            LookFor(delivery.Event.InstitutionId, delivery.EndpointId);
            return ValueTask.CompletedTask;
        }

        var lane = _lanes[delivery.EndpointId];
        if (!lane.TryEnqueue(delivery, out var startWorker))
            return GiveBackAsync([delivery], CancellationToken.None);
        if (startWorker)
            Start(lane);
        return ValueTask.CompletedTask;
    }

    /// <summary>How many deliveries a lane would take from the database now.</summary>
    public int RoomOf(Lane lane) => lane.Room(IsCrowded);

    /// <summary>Takes in what was claimed for a lane.</summary>
    public ValueTask TakeInAsync(Lane lane, IReadOnlyList<OpenDelivery> deliveries, bool more)
    {
        Interlocked.Add(ref _inMemory, deliveries.Count);
        var released = lane.EnqueueClaimed(deliveries, more, out var startWorker);
        if (startWorker)
            Start(lane);
        return GiveBackAsync(released, CancellationToken.None);
    }

    /// <summary>What left a lane without an attempt waits in the database again.</summary>
    private ValueTask GiveBackAsync(IReadOnlyList<OpenDelivery> deliveries, CancellationToken cancellationToken)
    {
        Interlocked.Add(ref _inMemory, -deliveries.Count);
        return recorder.ReleaseAsync(deliveries, cancellationToken);
    }

    /// <summary>Something lies in the database for an endpoint: it is fetched at once where there is room.</summary>
    public void LookFor(long institutionId, Guid endpointId)
    {
        if (configuration.FindEndpoint(institutionId, endpointId) is not { Status: EndpointStatus.Active } endpoint)
            return;
        var lane = LaneOf(endpoint);
        lane.NoteBacklog();
        if (lane.WantsMore)
            Hungry?.Invoke(lane);
    }

    private void Start(Lane lane)
    {
        Interlocked.Increment(ref _workers);
        ThreadPool.UnsafeQueueUserWorkItem(static work => _ = work.Dispatcher.WorkAsync(work.Lane), (Dispatcher: this, Lane: lane), preferLocal: false);
    }

    private async Task WorkAsync(Lane lane)
    {
        try
        {
            var work = lane.Dequeue();
            for (; work.Delivery is { } delivery; work = lane.Dequeue())
            {
                if (work.StartWorker)
                    Start(lane);
                await DeliverAsync(lane, delivery);
                Interlocked.Decrement(ref _inMemory);
            }

            if (work.ResumeAfter is { } pause)
                _ = ResumeAsync(lane, pause);
            else if (lane.WantsMore)
                Hungry?.Invoke(lane);
        }
        finally
        {
            Interlocked.Decrement(ref _workers);
        }
    }

    private async Task ResumeAsync(Lane lane, TimeSpan pause)
    {
        await Task.Delay(pause, time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_stopping.IsCancellationRequested && lane.Resume())
            Start(lane);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask DeliverAsync(Lane lane, OpenDelivery delivery)
    {
        MadeAttempt made;
        var endpoint = lane.Endpoint;
        try
        {
            if (await lease.WaitAsync(_stopping.Token) != delivery.Lease)
            {
                lane.Abandon();
                return; // another node took it over
            }

            made = await AttemptAsync(lane, endpoint, delivery);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            await recorder.ReleaseAsync([delivery], CancellationToken.None);
            return;
        }
        catch (Exception e)
        {
            // A fault of ours must neither lose the delivery nor end the lane.
            LogFault(PublicId.Format(PublicId.Delivery, delivery.Id), e);
            lane.Abandon();
            await recorder.PostponeAsync(delivery, CancellationToken.None);
            return;
        }

        await ConcludeAsync(lane, made);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<MadeAttempt> AttemptAsync(Lane lane, Endpoint endpoint, OpenDelivery delivery)
    {
        var now = time.GetUtcNow();
        var request = SignedRequest.Sign(
            _renderings.Of(delivery), lane.Rendered, endpoint.SecretsAt(now), PublicId.Format(PublicId.Delivery, delivery.Id), delivery.Attempts + 1, now);
        var result = await sender.SendAsync(request, endpoint.Timeout, _cutting.Token);
        var delivered = result.Outcome is AttemptOutcome.Delivered;
        var step = lane.Schedule.After(result.Outcome, delivery.Attempts + 1, delivered ? 0 : RandomNumberGenerator.GetInt32(1_000_000) / 1e6);
        var nextAt = step is NextStep.Retry retry ? time.GetUtcNow() + retry.Delay : time.GetUtcNow();
        return new MadeAttempt(delivery, endpoint.Revision, result, step, request.Signature, nextAt);
    }

    private async Task ConcludeAsync(Lane lane, MadeAttempt made)
    {
        await recorder.RecordAsync(made, CancellationToken.None);
        var endpoint = lane.Endpoint;
        if (made.EndpointRevision == endpoint.Revision)
        {
            await GiveBackAsync(lane.Learn(made.Result.Outcome), CancellationToken.None);
            health.Observe(endpoint, made.Step, made.Result.Outcome, lane.IsBroken);
        }
        else
        {
            lane.Abandon(); // what was sent, or where, has changed since: it tells nothing of the endpoint as it is now
        }

        Log(made);
        if (lane.WantsMore)
            Hungry?.Invoke(lane);
    }

    private void Reconfigure(Endpoint endpoint)
    {
        // What holds its deliveries needs a lane to remember it by, for these go out at their own pace once it resumes.
        var lane = endpoint.Status is EndpointStatus.Active or EndpointStatus.Deleted ? _lanes.GetValueOrDefault(endpoint.Id) : LaneOf(endpoint);
        if (lane is null)
            return;
        _ = GiveBackAsync(lane.Reconfigure(endpoint), CancellationToken.None).AsTask();
        if (lane.HasBacklog && endpoint.Status == EndpointStatus.Active)
            Hungry?.Invoke(lane);
    }

    /// <summary>In a lane that keeps order, an end sets the learner's next delivery free.</summary>
    private void AfterRecord(IReadOnlyList<MadeAttempt> made)
    {
        foreach (var attempt in made)
        {
            if (_lanes.TryGetValue(attempt.Delivery.EndpointId, out var lane) && lane.Endpoint.OrderedPerLearner)
                Hungry?.Invoke(lane);
        }
    }

    private void Log(MadeAttempt made)
    {
        if (!logger.IsEnabled(made.Problem is null ? LogLevel.Debug : LogLevel.Information))
            return;
        var (delivery, result) = (made.Delivery, made.Result);
        var subject = new AttemptSubject(
            PublicId.Format(PublicId.Delivery, delivery.Id), PublicId.Format(PublicId.Event, delivery.Event.Id),
            PublicId.Format(PublicId.Endpoint, delivery.EndpointId), delivery.Event.InstitutionId, delivery.Event.Slug);
        if (made.Problem is null)
            LogDelivered(subject, made.Number, (int?)result.Status, result.Timings.Total);
        else
            LogFailed(subject, made.Number, (int?)result.Status, result.Timings.Total, made.Problem, made.Step.GetType().Name, made.NextAt);
    }

    private sealed record AttemptSubject(string Delivery, string Event, string Endpoint, long Institution, string Slug);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Subject} attempt {Number}: {Status} in {TotalUs} µs")]
    private partial void LogDelivered(AttemptSubject subject, int number, int? status, int totalUs);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Subject} attempt {Number}: {Status} in {TotalUs} µs: {Problem} {NextStep} at {NextAt}")]
    private partial void LogFailed(
        AttemptSubject subject, int number, int? status, int totalUs, string problem, string nextStep, DateTimeOffset nextAt);

    [LoggerMessage(Level = LogLevel.Error, Message = "Delivery {Delivery} met a fault of ours; it goes back to be tried again")]
    private partial void LogFault(string delivery, Exception problem);
}
