using System.Net;
using System.Text;
using Sineta.Events;
using Spectre.Console;

namespace Sineta.Cli.Commands;

/// <summary>Shows deliveries as they arrive, and answers those that are proven with 200.</summary>
internal sealed class TerminalReceiver
{
    /// <summary>
    /// What deliveries are verified with. As long as it is null, while the endpoint is being made, only its verification is answered:
    /// to echo a challenge proves us, and believes nothing.
    /// </summary>
    public WebhookSecret? Secret { get; set; }

    public async Task ReceiveAsync(HttpListener listener)
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            try
            {
                await AnswerAsync(context);
            }
            catch (Exception e) when (e is HttpListenerException or IOException)
            {
                AnsiConsole.MarkupLine("[yellow]A sender hung up[/] in the middle of a request.");
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        using var response = context.Response;
        var body = await ReadAsync(context.Request);
        var (status, answer) = Receive(context.Request.Headers, body);
        response.StatusCode = (int)status;
        await response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(answer));
    }

    private (HttpStatusCode Status, string Answer) Receive(System.Collections.Specialized.NameValueCollection headers, byte[] body)
    {
        if (OperationalEvent.TryRead(body, out var operational) && operational is EndpointVerification verification)
            return (HttpStatusCode.OK, verification.Challenge);
        WebhookSecret[] secrets = Secret is { } secret ? [secret] : [];
        var result = WebhookSignature.Verify(
            headers[WebhookHeaders.Id], headers[WebhookHeaders.Timestamp], headers[WebhookHeaders.Signature], body, secrets,
            TimeProvider.System.GetUtcNow());
        if (result is not VerificationResult.Verified)
        {
            AnsiConsole.MarkupLineInterpolated($"[red]not proven[/] {headers[WebhookHeaders.Id]}: {result.GetType().Name}");
            return (HttpStatusCode.Unauthorized, "");
        }

        var (slug, id, attempt) = (headers[WebhookHeaders.Event], headers[WebhookHeaders.Id], headers[WebhookHeaders.Attempt]);
        var time = TimeProvider.System.GetLocalNow();
        var test = headers[WebhookHeaders.Test] == "true" ? ", a test" : "";
        AnsiConsole.MarkupLineInterpolated($"{time:HH:mm:ss.fff} [green]verified[/] {slug} {id} [grey]attempt {attempt}{test}[/]");
        AnsiConsole.WriteLine($"  {Encoding.UTF8.GetString(body)}");
        return (HttpStatusCode.OK, "");
    }

    private static async Task<byte[]> ReadAsync(HttpListenerRequest request)
    {
        using var body = new MemoryStream();
        await request.InputStream.CopyToAsync(body);
        return body.ToArray();
    }
}
