using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Sineta.Bench.Load;
using Sineta.Bench.Wire;

namespace Sineta.Bench.Raw;

/// <summary>
/// The raw limit: a bare <see cref="SocketsHttpHandler"/> that signs and posts the bodies, and nothing else: no intake, no database, no
/// log, no retries, three headers. What sends webhooks from .NET on this machine can hardly be faster.
/// </summary>
internal static class RawRole
{
    private static readonly byte[] Body = Encoding.UTF8.GetBytes(EventBodies.Delivered);
    private static long Number;

    public static async Task RunAsync()
    {
        while (await Console.In.ReadLineAsync() is { } line)
            CommandLines.Reply(await PostAsync(JsonSerializer.Deserialize<RawCommand>(line)!));
    }

    private static async Task<Posted> PostAsync(RawCommand command)
    {
        using var invoker = new HttpMessageInvoker(Webhook.Handler());
        var sink = new Uri($"http://127.0.0.1:{command.Port}/e/0");
        var clock = Stopwatch.StartNew();
        var loops = Enumerable.Range(0, command.Concurrency).Select(_ => LoopAsync(invoker, sink, clock, command.Seconds));
        var posted = await Task.WhenAll(loops);
        return new Posted(posted.Sum(one => one.Delivered), posted.Sum(one => one.Failed), clock.Elapsed.TotalSeconds);
    }

    private static async Task<(long Delivered, long Failed)> LoopAsync(
        HttpMessageInvoker invoker, Uri sink, Stopwatch clock, double seconds)
    {
        await Task.Yield();
        var (delivered, failed) = (0L, 0L);
        while (clock.Elapsed.TotalSeconds < seconds)
        {
            using var request = Webhook.Request(sink, (UInt128)Interlocked.Increment(ref Number), Body);
            using var response = await invoker.SendAsync(request, CancellationToken.None);
            if (response.StatusCode == HttpStatusCode.OK)
                delivered++;
            else
                failed++;
        }

        return (delivered, failed);
    }
}
