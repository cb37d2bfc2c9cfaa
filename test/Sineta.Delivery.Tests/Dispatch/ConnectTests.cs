using System.Net;
using System.Net.Sockets;
using Sineta.Delivery.Dispatch;
using Sineta.Testing;

namespace Sineta.Delivery.Tests.Dispatch;

/// <summary>Where a connection goes, and where it does not.</summary>
public sealed class ConnectTests
{
    private const string Ok = "HTTP/1.1 200 OK\nContent-Length: 2\n\nok";

    [Theory]
    [InlineData("http://127.0.0.1:{0}/", "127.0.0.1")]
    [InlineData("http://127.1:{0}/", "127.1")]
    [InlineData("http://2130706433:{0}/", "2130706433")]
    [InlineData("http://0x7f000001:{0}/", "0x7f000001")]
    [InlineData("http://0177.0.0.1:{0}/", "0177.0.0.1")]
    [InlineData("http://127.0.0.1.:{0}/", "127.0.0.1.")]
    [InlineData("http://[::ffff:127.0.0.1]:{0}/", "mapped")]
    [InlineData("http://[::1]:{0}/", "::1")]
    [InlineData("http://①②⑦.0.0.1:{0}/", "circled")]
    public async Task Loopback_is_not_connected_to_whichever_way_it_is_written(string url, string written)
    {
        await using var receiver = RawReceiver.Answering(Ok);
        using var sender = SenderFixture.NewSender(loopback: false);

        var result = await sender.SendAsync(string.Format(null, url, receiver.Port), Token);

        Assert.True(result.Outcome is AttemptOutcome.Unreachable, written);
        Assert.Equal(0, receiver.Connections);
        Assert.Null(result.RemoteAddress);
    }

    [Fact]
    public async Task A_name_that_leads_inside_is_refused_when_connecting_though_it_led_outside_before()
    {
        await using var receiver = RawReceiver.Answering(Ok);
        var answers = new Queue<string>(["8.8.8.8", "127.0.0.1"]);
        ResolveHost rebinding = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(answers.Dequeue())]);
        using var sender = SenderFixture.NewSender(rebinding, loopback: false);

        Assert.Equal([IPAddress.Parse("8.8.8.8")], await rebinding("rebound.example", Token));
        var result = await sender.SendAsync($"http://rebound.example:{receiver.Port}/", Token);

        Assert.Equal(
            new AttemptOutcome.Unreachable(
                UnreachableReason.ForbiddenAddress,
                "rebound.example leads to an address that is not public: loopback (127.0.0.0/8). "
                + "The operator opens a network with Delivery:AllowedNetworks (Delivery__AllowedNetworks__0)."),
            result.Outcome);
        Assert.Equal(0, receiver.Connections);
    }

    [Fact]
    public async Task A_name_is_resolved_once_for_a_connection_and_that_very_address_is_connected_to()
    {
        await using var receiver = RawReceiver.Answering(Ok);
        var asked = 0;
        using var sender = SenderFixture.NewSender((_, _) =>
        {
            asked++;
            return Task.FromResult<IPAddress[]>([IPAddress.Loopback]);
        });

        var result = await sender.SendAsync($"http://rebound.example:{receiver.Port}/", Token);

        Assert.IsType<AttemptOutcome.Delivered>(result.Outcome);
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task One_private_address_among_public_ones_refuses_them_all()
    {
        await using var receiver = RawReceiver.Answering(Ok);
        using var sender = SenderFixture.NewSender(SenderFixture.Resolving("127.0.0.1", "10.0.0.1"));

        var result = await sender.SendAsync($"http://mixed.example:{receiver.Port}/", Token);

        Assert.Equal(UnreachableReason.ForbiddenAddress, ReasonOf(result));
        Assert.Equal(0, receiver.Connections);
    }

    [Fact]
    public async Task The_next_address_is_tried_where_the_first_refuses()
    {
        await using var receiver = RawReceiver.Answering(Ok);
        using var sender = SenderFixture.NewSender(SenderFixture.Resolving("127.0.0.2", "127.0.0.3", "127.0.0.1"));

        var result = await sender.SendAsync($"http://several.example:{receiver.Port}/", Token);

        Assert.IsType<AttemptOutcome.Delivered>(result.Outcome);
        Assert.Equal($"127.0.0.1:{receiver.Port}", result.RemoteAddress);
    }

    [Fact]
    public async Task The_next_address_is_tried_where_the_first_is_silent_for_its_share_of_the_time()
    {
        await using var receiver = RawReceiver.Answering(Ok);
        using var silent = new SilentListener(IPAddress.Parse("127.0.0.2"), receiver.Port);
        var time = new ManualTime();
        using var sender = SenderFixture.NewSender(SenderFixture.Resolving("127.0.0.2", "127.0.0.1"), time: time);

        var sending = sender.SendAsync($"http://several.example:{receiver.Port}/", Token);
        await time.AwaitedAsync(TimeSpan.FromSeconds(2.5), Token);
        time.Advance(TimeSpan.FromSeconds(2.5));

        var result = await sending;
        Assert.IsType<AttemptOutcome.Delivered>(result.Outcome);
        Assert.Equal($"127.0.0.1:{receiver.Port}", result.RemoteAddress);
        Assert.Equal(2_500_000, result.Timings.Connect);
    }

    [Fact]
    public async Task Silence_while_connecting_is_told_from_silence_afterwards()
    {
        using var silent = new SilentListener(IPAddress.Loopback, 0);
        var time = new ManualTime();
        using var sender = SenderFixture.NewSender(time: time);

        var sending = sender.SendAsync($"http://127.0.0.1:{silent.Port}/", Token);
        await time.AwaitedAsync(TimeSpan.FromSeconds(5), Token);
        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(
            new AttemptOutcome.Unreachable(UnreachableReason.ConnectTimeout, "127.0.0.1 could not be reached within 5 s."),
            (await sending).Outcome);
    }

    [Fact]
    public async Task A_port_that_nobody_listens_on_is_told_so()
    {
        using var bound = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        bound.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)bound.LocalEndPoint!).Port;
        using var sender = SenderFixture.NewSender();

        var result = await sender.SendAsync($"http://127.0.0.1:{port}/", Token);

        Assert.Equal(
            new AttemptOutcome.Unreachable(UnreachableReason.ConnectRefused, $"Nothing listens on port {port} of 127.0.0.1."),
            result.Outcome);
    }

    [Theory]
    [InlineData(SocketError.HostNotFound, "The name gone.example has no address.")]
    [InlineData(SocketError.NoData, "The name gone.example has no address.")]
    [InlineData(SocketError.TryAgain, "The DNS servers of gone.example did not answer.")]
    public async Task A_name_that_cannot_be_resolved_is_told_so(SocketError error, string sentence)
    {
        using var sender = SenderFixture.NewSender((_, _) => throw new SocketException((int)error));

        var result = await sender.SendAsync("http://gone.example/", Token);

        Assert.Equal(new AttemptOutcome.Unreachable(UnreachableReason.Dns, sentence), result.Outcome);
    }

    [Fact]
    public async Task Name_servers_that_are_silent_are_told_so()
    {
        var time = new ManualTime();
        using var sender = SenderFixture.NewSender(
            async (_, cancellationToken) =>
            {
                time.Advance(TimeSpan.FromSeconds(5));
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
                return [];
            },
            time: time);

        var result = await sender.SendAsync("http://slow.example/", Token);

        Assert.Equal(
            new AttemptOutcome.Unreachable(UnreachableReason.Dns, "slow.example could not be resolved within 5 s."), result.Outcome);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static UnreachableReason ReasonOf(AttemptResult result) => Assert.IsType<AttemptOutcome.Unreachable>(result.Outcome).Reason;

    /// <summary>A listener whose queue is full, so that the kernel drops whoever knocks.</summary>
    private sealed class SilentListener : IDisposable
    {
        private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        private readonly List<Socket> _waiting = [];

        public SilentListener(IPAddress address, int port)
        {
            _listener.Bind(new IPEndPoint(address, port));
            _listener.Listen(0);
            for (var i = 0; i < 3; i++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
                _waiting.Add(socket);
                try
                {
                    socket.Connect(_listener.LocalEndPoint!);
                }
                catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
                {
                    // It knocks in the background.
                }
            }
        }

        public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

        public void Dispose()
        {
            _waiting.ForEach(socket => socket.Dispose());
            _listener.Dispose();
        }
    }
}
