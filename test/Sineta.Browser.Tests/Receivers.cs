using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Sineta.Testing;

namespace Sineta.Browser.Tests;

/// <summary>Receivers that prove themselves, and what is published to them.</summary>
internal static class Receivers
{
    public static async Task<RecordingReceiver> StartAsync(CancellationToken cancellationToken)
    {
        var receiver = await RecordingReceiver.StartAsync(cancellationToken);
        receiver.Answer = EchoAsync;
        return receiver;
    }

    public static async Task EchoAsync(ReceivedRequest request, HttpContext context)
    {
        if (JsonElement.Parse(request.Body).GetProperty("data").TryGetProperty("challenge", out var challenge))
            await context.Response.WriteAsync(challenge.GetString()!, context.RequestAborted);
    }

    public static object Enrollment(int number) => new
    {
        institution = new { id = 1 },
        course = new { id = 1, name = "Libras" },
        enrollment = new { id = number, date_expire = (string?)null, course_id = 1, actived = 1, status = 1 },
        user = new
        {
            id = number,
            name = "Ana",
            email = "ana@example.com",
            cpf = "529.982.247-25",
            nickname = (string?)null,
            uuid = (string?)null,
        },
    };
}
