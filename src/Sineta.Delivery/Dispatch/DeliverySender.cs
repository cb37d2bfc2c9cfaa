using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.ObjectPool;
using Sineta.Delivery.Endpoints;

namespace Sineta.Delivery.Dispatch;

/// <summary>
/// Makes one attempt: one POST over a pooled connection, no redirect followed, no cookie kept, nothing inflated, no proxy asked, within its
/// time. What a receiver or the network does wrong is an outcome, never an exception. One for the whole server, for any number of callers.
/// </summary>
/// <remarks>
/// The time includes the answer's body up to its limit: a receiver that answers 200 and then drips is recorded with that status, but as a
/// timeout, for a connection that is never free is no delivery to rely on. A body over the limit is cut there and judged by its status.
/// Where a kept connection is closed in the moment in which the request is put on it, as receivers do that speak HTTP/1.0 or keep none for
/// long, the request is put once more, on a connection of its own: nothing is wrong with them, and whoever took the first knows the second
/// by its webhook-id.
/// </remarks>
public sealed class DeliverySender : IDisposable
{
    internal const int MaxResponseHeadersKibibytes = 16;

    // Short enough for a moved receiver to be found again, as DNS is asked for new connections only.
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ConnectionIdle = TimeSpan.FromMinutes(1);
    private const int MaxSpareClocks = 4_096;

    private readonly Connector _connector;
    private readonly HttpMessageInvoker _invoker;
    private readonly HttpMessageInvoker _unkept;
    private readonly ObjectPool<CancellationTokenSource> _clocks;
    private readonly int _bodyLimit;
    private readonly TimeProvider _time;

    /// <param name="options">The operator's settings.</param>
    /// <param name="time">The clock.</param>
    /// <param name="resolve">How names are resolved; by the system's resolver where null.</param>
    /// <param name="extraRoots">Authorities that are trusted besides the system's.</param>
    public DeliverySender(
        DeliveryOptions options, TimeProvider time, ResolveHost? resolve = null, X509Certificate2Collection? extraRoots = null)
    {
        _time = time;
        _bodyLimit = options.ResponseBodyLimit;
        var rules = new AddressRules(options.ParsedNetworks());
        var handshake = new TlsHandshake(extraRoots, time);
        resolve ??= new HostLookup(Dns.GetHostAddresses).ResolveAsync;
        _connector = new Connector(rules, resolve, handshake, options.ConnectTimeout, time);
        _invoker = new HttpMessageInvoker(HandlerOver(_connector, ConnectionLifetime), disposeHandler: true);
        _unkept = new HttpMessageInvoker(HandlerOver(_connector, TimeSpan.Zero), disposeHandler: true);
        _clocks = new DefaultObjectPoolProvider { MaximumRetained = MaxSpareClocks }.Create(new ClockPolicy(time));
    }

    /// <summary>
    /// Makes the attempt. Throws only <see cref="OperationCanceledException"/>, where the caller gives it up: then nothing is known of it.
    /// </summary>
    /// <param name="request">What to send, signed.</param>
    /// <param name="timeout">The time for all of it, over 0.</param>
    /// <param name="cancellationToken">Gives the attempt up.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<AttemptResult> SendAsync(SignedRequest request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var trace = AttemptTrace.Begin(_time);
        var clock = _clocks.Get();
        var givenUp = cancellationToken.UnsafeRegister(static clock => ((CancellationTokenSource)clock!).Cancel(), clock);
        clock.CancelAfter(timeout);
        try
        {
            HttpResponseMessage? first = null;
            try
            {
                using var message = request.ToMessage();
                first = await _invoker.SendAsync(message, clock.Token);
            }
            catch (HttpRequestException e) when (trace.WentStale && Failures.IsBrokenOff(e) && !clock.IsCancellationRequested)
            {
                // It is put again below.
            }

            using var answer = first ?? await PutAgainAsync(request, clock.Token);
            var firstByteAt = _time.GetTimestamp();
            var body = await ResponseBody.ReadAsync(answer.Content, _bodyLimit, clock.Token);
            cancellationToken.ThrowIfCancellationRequested();
            var failure = body.Failure is { } problem ? Failures.OutcomeOf(problem, clock.IsCancellationRequested, timeout) : null;
            return Answered(request, trace, firstByteAt, answer, body, failure);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested
            && Failures.OutcomeOf(e, clock.IsCancellationRequested, timeout) is { } outcome)
        {
            return Unanswered(request, trace, outcome);
        }
        finally
        {
            givenUp.Dispose();
            _clocks.Return(clock);
        }
    }

    public void Dispose()
    {
        _invoker.Dispose();
        _unkept.Dispose();
    }

    private async Task<HttpResponseMessage> PutAgainAsync(SignedRequest request, CancellationToken cancellationToken)
    {
        using var message = request.ToMessage();
        return await _unkept.SendAsync(message, cancellationToken);
    }

    private AttemptResult Answered(
        SignedRequest request, AttemptTrace trace, long firstByteAt, HttpResponseMessage answer, ResponseBody body, AttemptOutcome? failure)
    {
        var connection = trace.Connection ?? _connector.LastHttp2(request.Url);
        return new()
        {
            Outcome = failure ?? Judge(answer),
            StartedAt = request.SignedAt,
            Timings = trace.Timings(connection, firstByteAt),
            Status = answer.StatusCode,
            HttpVersion = answer.Version,
            ResponseHeaders = ResponseHeaders.Of(answer),
            ResponseBody = body.Bytes,
            ResponseBodyTruncated = body.Truncated,
            RemoteAddress = connection?.RemoteAddress,
            TlsVersion = connection?.TlsVersion,
        };
    }

    private AttemptResult Unanswered(SignedRequest request, AttemptTrace trace, AttemptOutcome.Unreachable outcome)
    {
        var connection = trace.Connection ?? _connector.LastHttp2(request.Url);
        return new()
        {
            Outcome = outcome,
            StartedAt = request.SignedAt,
            Timings = trace.Timings(connection, firstByteAt: null),
            RemoteAddress = connection?.RemoteAddress,
            TlsVersion = connection?.TlsVersion,
        };
    }

    private AttemptOutcome Judge(HttpResponseMessage answer) => answer.IsSuccessStatusCode
        ? new AttemptOutcome.Delivered(answer.StatusCode)
        : new AttemptOutcome.Refused(answer.StatusCode, RetryAfter.Of(answer, _time.GetUtcNow()));

    private static SocketsHttpHandler HandlerOver(Connector connector, TimeSpan lifetime) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        MaxResponseHeadersLength = MaxResponseHeadersKibibytes,
        MaxResponseDrainSize = 64 * 1024,
        PooledConnectionLifetime = lifetime,
        PooledConnectionIdleTimeout = ConnectionIdle,
        EnableMultipleHttp2Connections = true,
        KeepAlivePingDelay = TimeSpan.FromSeconds(15),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(5),
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        ConnectCallback = connector.ConnectAsync,
    };

    /// <summary>A time limit's clock serves one attempt after another, until the time of one is over.</summary>
    private sealed class ClockPolicy(TimeProvider time) : IPooledObjectPolicy<CancellationTokenSource>
    {
        public CancellationTokenSource Create() => new(Timeout.InfiniteTimeSpan, time);

        public bool Return(CancellationTokenSource obj) => obj.TryReset();
    }
}
