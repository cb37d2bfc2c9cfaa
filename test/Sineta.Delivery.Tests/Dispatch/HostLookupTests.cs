using System.Net;
using System.Net.Sockets;
using Sineta.Delivery.Dispatch;

namespace Sineta.Delivery.Tests.Dispatch;

public sealed class HostLookupTests
{
    [Fact]
    public async Task A_hundred_names_whose_servers_are_silent_delay_no_other()
    {
        using var silence = new ManualResetEventSlim();
        var lookup = new HostLookup(host =>
        {
            if (host.StartsWith("silent", StringComparison.Ordinal))
                silence.Wait();
            return [IPAddress.Loopback];
        });
        var silent = Enumerable.Range(0, 100).Select(i => lookup.ResolveAsync($"silent{i}.example", Token)).ToArray();

        Assert.Equal([IPAddress.Loopback], await lookup.ResolveAsync("fine.example", Token));

        Assert.All(silent, question => Assert.False(question.IsCompleted));
        silence.Set();
        await Task.WhenAll(silent);
    }

    [Fact]
    public async Task Those_who_want_the_same_name_at_the_same_time_share_one_question_and_later_ones_ask_anew()
    {
        using var silence = new ManualResetEventSlim();
        var asked = 0;
        var lookup = new HostLookup(_ =>
        {
            silence.Wait();
            return [new IPAddress(Interlocked.Increment(ref asked))];
        });
        var together = Enumerable.Range(0, 20).Select(_ => lookup.ResolveAsync("same.example", Token)).ToArray();
        silence.Set();

        Assert.All(await Task.WhenAll(together), addresses => Assert.Equal([new IPAddress(1)], addresses));
        Assert.Equal([new IPAddress(2)], await lookup.ResolveAsync("same.example", Token));
    }

    [Fact]
    public async Task Who_gives_up_takes_nothing_from_the_others()
    {
        using var silence = new ManualResetEventSlim();
        using var givenUp = new CancellationTokenSource();
        var lookup = new HostLookup(_ =>
        {
            silence.Wait();
            return [IPAddress.Loopback];
        });
        var first = lookup.ResolveAsync("same.example", givenUp.Token);
        var second = lookup.ResolveAsync("same.example", Token);
        await givenUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        silence.Set();
        Assert.Equal([IPAddress.Loopback], await second);
    }

    [Fact]
    public async Task A_failure_reaches_those_who_wait_and_is_not_remembered()
    {
        var asked = 0;
        var lookup = new HostLookup(_ =>
            asked++ == 0 ? throw new SocketException((int)SocketError.TryAgain) : (IPAddress[])[IPAddress.Loopback]);

        await Assert.ThrowsAsync<SocketException>(() => lookup.ResolveAsync("flaky.example", Token));
        Assert.Equal([IPAddress.Loopback], await lookup.ResolveAsync("flaky.example", Token));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}
