using System.Net;
using System.Net.Sockets;
using System.Text;
using Sineta.Delivery.Dispatch;
using Sineta.Testing;

namespace Sineta.Delivery.Tests.Dispatch;

/// <summary>Receivers that never come to a whole answer.</summary>
public sealed class BrokenAnswerTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly DeliverySender _sender;

    public BrokenAnswerTests() => _sender = SenderFixture.NewSender(time: _time);

    public void Dispose() => _sender.Dispose();

    [Fact]
    public async Task A_receiver_that_says_nothing_times_out()
    {
        await using var receiver = new RawReceiver((_, cancellationToken) => HangAsync(cancellationToken));

        var result = await SendTo(receiver);

        Assert.Equal(
            new AttemptOutcome.Unreachable(UnreachableReason.Timeout, "The whole answer did not come within 30 s."), result.Outcome);
        Assert.Null(result.Status);
        Assert.Equal($"127.0.0.1:{receiver.Port}", result.RemoteAddress);
        Assert.Equal((null, 30_000_000), (result.Timings.FirstByte, result.Timings.Total));
    }

    [Fact]
    public async Task Dripped_headers_time_out()
    {
        await using var receiver = Dripping("HTTP/1.1 200 OK\n", "X: y\n", drops: 3);

        Assert.Equal(UnreachableReason.Timeout, ReasonOf(await SendTo(receiver)));
    }

    [Fact]
    public async Task A_dripped_body_times_out_though_its_status_was_200_and_what_came_is_kept()
    {
        using var sender = SenderFixture.NewSender();
        await using var receiver = Dripping("HTTP/1.1 200 OK\nContent-Length: 100000\n\n", "x", drops: int.MaxValue);

        var request = SenderFixture.NewRequest($"http://127.0.0.1:{receiver.Port}/");
        var result = await sender.SendAsync(request, TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);

        Assert.Equal(UnreachableReason.Timeout, ReasonOf(result));
        Assert.Equal(HttpStatusCode.OK, result.Status);
        Assert.StartsWith("x", Encoding.ASCII.GetString(result.ResponseBody.Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_listener_that_never_accepts_times_out()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        var sending = _sender.SendAsync(
            $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/", TestContext.Current.CancellationToken);
        await _time.AwaitedAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(30));

        Assert.IsType<AttemptOutcome.Unreachable>((await sending).Outcome);
    }

    [Fact]
    public async Task A_connection_closed_in_the_middle_of_the_body_is_no_delivery()
    {
        await using var receiver = Ending("HTTP/1.1 200 OK\nContent-Length: 1000\n\nhalf");

        var result = await SendTo(receiver);

        Assert.Equal(
            new AttemptOutcome.Unreachable(UnreachableReason.ConnectionClosed, "The connection was closed before the answer ended."),
            result.Outcome);
        Assert.Equal("half", Encoding.ASCII.GetString(result.ResponseBody.Span));
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 O")]
    [InlineData("HTTP/1.1 200 OK\nContent-")]
    public async Task A_connection_closed_before_the_answer_is_told_so(string part)
    {
        await using var receiver = Ending(part);

        Assert.Equal(UnreachableReason.ConnectionClosed, ReasonOf(await SendTo(receiver)));
    }

    [Fact]
    public async Task A_connection_reset_in_the_middle_of_the_body_is_told_so()
    {
        await using var receiver = new RawReceiver(async (stream, cancellationToken) =>
        {
            await stream.WriteAsync(RawReceiver.Wire("HTTP/1.1 200 OK\nContent-Length: 1000\n\nhalf"), cancellationToken);
            ((NetworkStream)stream).Socket.LingerState = new LingerOption(true, 0);
            throw new IOException("reset");
        });

        Assert.Equal(UnreachableReason.ConnectionClosed, ReasonOf(await SendTo(receiver)));
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2\n")]
    [InlineData("HTTP/1.1 abc OK\n\n")]
    [InlineData("HTTP/1.1 200 OK\nno colon here\n\n")]
    public async Task What_is_not_HTTP_is_told_so(string answer)
    {
        await using var receiver = Ending(answer);

        Assert.Equal(
            new AttemptOutcome.Unreachable(UnreachableReason.ProtocolError, "What came is not an HTTP answer."),
            (await SendTo(receiver)).Outcome);
    }

    [Fact]
    public async Task Headers_over_their_limit_are_told_so()
    {
        await using var receiver = RawReceiver.Answering($"HTTP/1.1 200 OK\nX: {new string('x', 20_000)}\nContent-Length: 0\n\n");

        Assert.Equal(
            new AttemptOutcome.Unreachable(UnreachableReason.ProtocolError, "The answer's headers are over 16 KiB."),
            (await SendTo(receiver)).Outcome);
    }

    [Fact]
    public async Task An_attempt_that_is_given_up_is_no_outcome()
    {
        using var stopping = new CancellationTokenSource();
        await using var receiver = new RawReceiver(async (_, cancellationToken) =>
        {
            await stopping.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _sender.SendAsync($"http://127.0.0.1:{receiver.Port}/", stopping.Token));
    }

    [Fact]
    public async Task After_a_timeout_the_next_attempt_has_its_own_time_and_connection()
    {
        var requests = 0;
        await using var receiver = new RawReceiver(async (stream, cancellationToken) =>
        {
            if (Interlocked.Increment(ref requests) == 1)
                await HangAsync(cancellationToken);
            await stream.WriteAsync(RawReceiver.Wire("HTTP/1.1 200 OK\nContent-Length: 2\n\nok"), cancellationToken);
        });

        Assert.Equal(UnreachableReason.Timeout, ReasonOf(await SendTo(receiver)));
        Assert.IsType<AttemptOutcome.Delivered>((await SendTo(receiver)).Outcome);
    }

    private static UnreachableReason ReasonOf(AttemptResult result) => Assert.IsType<AttemptOutcome.Unreachable>(result.Outcome).Reason;

    /// <summary>Writes a beginning, and then a little now and then, without an end; after some drops the attempt's time is over.</summary>
    private RawReceiver Dripping(string beginning, string drop, int drops) => new(async (stream, cancellationToken) =>
    {
        await stream.WriteAsync(RawReceiver.Wire(beginning), cancellationToken);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            await stream.WriteAsync(RawReceiver.Wire(drop), cancellationToken);
            if (--drops == 0)
                _time.Advance(SenderFixture.Ample);
        }
    });

    /// <summary>Lets the attempt's time go by, and never comes to an end.</summary>
    private async Task HangAsync(CancellationToken cancellationToken)
    {
        _time.Advance(SenderFixture.Ample);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
    }

    private static RawReceiver Ending(string answer) => new(async (stream, cancellationToken) =>
    {
        await stream.WriteAsync(RawReceiver.Wire(answer), cancellationToken);
        throw new IOException("the end");
    });

    private Task<AttemptResult> SendTo(RawReceiver receiver) =>
        _sender.SendAsync($"http://127.0.0.1:{receiver.Port}/hooks", TestContext.Current.CancellationToken);
}
