using System.Text;

namespace Sineta.Events.Tests;

public sealed class OperationalEventTests
{
    private const string Verification =
        """{"event":{"name":"Webhooks - Verificação","slug":"webhooks.endpoint.verification","send_at":"2024-05-06 07:08:09"}"""
        + ""","data":{"endpoint_id":"ep_1","challenge":"c<1>"}}""";

    private const string Disabled =
        """{"event":{"name":"Webhooks - Destino desativado","slug":"webhooks.endpoint.disabled","send_at":"2024-05-06 07:08:09"}"""
        + ""","data":{"endpoint_id":"ep_1","url":"https://a.example/h?a=1&b=2","reason":"answered 410 Gone"}}""";

    private static readonly DateTime SendAt = new(2024, 5, 6, 7, 8, 9);

    [Fact]
    public void A_verification_is_written_and_read()
    {
        var verification = new EndpointVerification("ep_1", "c<1>");

        Assert.Equal(Verification, Encoding.UTF8.GetString(verification.ToBody(SendAt)));
        Assert.True(OperationalEvent.TryRead(Encoding.UTF8.GetBytes(Verification), out var read));
        Assert.Equal(verification, read);
        Assert.Equal("webhooks.endpoint.verification", read.Slug);
    }

    [Fact]
    public void A_disabled_endpoint_is_written_and_read()
    {
        var disabled = new EndpointDisabled("ep_1", "https://a.example/h?a=1&b=2", "answered 410 Gone");

        Assert.Equal(Disabled, Encoding.UTF8.GetString(disabled.ToBody(SendAt)));
        Assert.True(OperationalEvent.TryRead(Encoding.UTF8.GetBytes(Disabled), out var read));
        Assert.Equal(disabled, read);
    }

    [Theory]
    [InlineData("challenge", "challenged")]
    [InlineData("ep_1", "")]
    [InlineData("webhooks.endpoint.verification", "webhooks.endpoint.unheard_of")]
    [InlineData("}}", "}")]
    public void What_is_no_operational_event_is_not_read(string replace, string with) =>
        Assert.False(OperationalEvent.TryRead(
            Encoding.UTF8.GetBytes(Verification.Replace(replace, with, StringComparison.Ordinal)), out _));

    [Fact]
    public void An_activity_is_no_operational_event() =>
        Assert.False(OperationalEvent.TryRead(EventTypes.TrailCompleted.Sample.Span, out _));

    [Fact]
    public void A_challenge_that_is_empty_is_a_mistake_of_the_caller() =>
        Assert.Throws<InvalidOperationException>(() => new EndpointVerification("ep_1", "").ToBody(SendAt));
}
