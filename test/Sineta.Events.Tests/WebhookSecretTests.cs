namespace Sineta.Events.Tests;

public sealed class WebhookSecretTests
{
    [Fact]
    public void A_new_secret_has_32_random_bytes_and_is_read_back()
    {
        var (one, other) = (WebhookSecret.Generate().Reveal(), WebhookSecret.Generate().Reveal());

        Assert.NotEqual(one, other);
        Assert.Equal(32, Convert.FromBase64String(one["whsec_".Length..]).Length);
        Assert.Equal(one, WebhookSecret.Parse(one).Reveal());
    }

    [Fact]
    public void A_secret_put_in_a_text_shows_nothing_of_itself() =>
        Assert.Equal("whsec_…", $"{WebhookSecret.Parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")}");

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("whsec_")]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_not base64!")]
    [InlineData("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==")]
    public void What_is_no_secret_of_24_to_64_bytes_is_refused(string? text)
    {
        Assert.False(WebhookSecret.TryParse(text, out _));
        if (text is not null)
            Assert.Throws<FormatException>(() => WebhookSecret.Parse(text));
    }

    [Theory]
    [InlineData(23, false)]
    [InlineData(24, true)]
    [InlineData(64, true)]
    [InlineData(65, false)]
    [InlineData(600, false)]
    public void The_length_of_a_secret_is_bounded(int length, bool accepted) =>
        Assert.Equal(accepted, WebhookSecret.TryParse("whsec_" + Convert.ToBase64String(new byte[length]), out _));
}
