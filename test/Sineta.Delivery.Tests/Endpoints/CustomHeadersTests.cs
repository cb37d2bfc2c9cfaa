using Sineta.Delivery.Endpoints;
using Sineta.Events;

namespace Sineta.Delivery.Tests.Endpoints;

public sealed class CustomHeadersTests
{
    [Theory]
    [InlineData("Authorization", "Bearer abc.def==")]
    [InlineData("X-Api-Key", "")]
    [InlineData("x_key", "a b \"c\" ~")]
    public void An_owner_may_add_headers(string name, string value) => Assert.Empty(FaultsOf(name, value));

    [Theory]
    [InlineData("")]
    [InlineData("X Key")]
    [InlineData("X-Key:")]
    [InlineData("X-Ké")]
    [InlineData("X-Key\r\nHost")]
    [InlineData("Host")]
    [InlineData("content-type")]
    [InlineData("Content-Length")]
    [InlineData("Transfer-Encoding")]
    [InlineData("Connection")]
    [InlineData("Cookie")]
    [InlineData("User-Agent")]
    [InlineData("Webhook-Signature")]
    [InlineData("ce-id")]
    [InlineData("Sineta-Attempt")]
    [InlineData("Expires")]
    [InlineData("X-Forwarded-For")]
    public void But_none_that_is_ours_the_connections_or_no_header(string name) => Assert.Single(FaultsOf(name, "v"));

    [Theory]
    [InlineData("secret\r\nX-Other: b")]
    [InlineData("\0")]
    [InlineData("olá")]
    [InlineData(" secret")]
    [InlineData("secret ")]
    public void A_value_is_printable_ASCII_and_never_repeated_in_a_fault(string value)
    {
        var fault = Assert.Single(FaultsOf("X-Key", value));

        Assert.Equal("/X-Key", fault.Pointer);
        Assert.DoesNotContain(value.Trim(), fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Their_number_and_size_are_bounded()
    {
        Assert.Empty(FaultsOf(new string('n', 64), new string('v', 1_024)));
        Assert.Single(FaultsOf(new string('n', 65), "v"));
        Assert.Single(FaultsOf("n", new string('v', 1_025)));
        Assert.Empty(CustomHeaders.FaultsOf(Enumerable.Range(0, 20).ToDictionary(i => $"X-{i}", _ => "v")));
        Assert.Single(CustomHeaders.FaultsOf(Enumerable.Range(0, 21).ToDictionary(i => $"X-{i}", _ => "v")));
    }

    [Fact]
    public void A_name_is_given_once_whatever_its_case() =>
        Assert.Single(CustomHeaders.FaultsOf(new Dictionary<string, string> { ["X-Key"] = "a", ["x-key"] = "b" }));

    private static IReadOnlyList<Fault> FaultsOf(string name, string value) =>
        CustomHeaders.FaultsOf(new Dictionary<string, string> { [name] = value });
}
