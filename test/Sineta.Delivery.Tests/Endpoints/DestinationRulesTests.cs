using System.Net;
using Sineta.Delivery.Endpoints;

namespace Sineta.Delivery.Tests.Endpoints;

public sealed class DestinationRulesTests
{
    private static readonly DestinationRules Rules = new(new AddressRules([]), allowHttp: false);
    private static readonly DestinationRules Lenient = new(new AddressRules([IPNetwork.Parse("127.0.0.0/8")]), allowHttp: true);

    [Theory]
    [InlineData("https://example.com", "https://example.com/")]
    [InlineData("HTTPS://Example.COM/Hooks?a=B", "https://example.com/Hooks?a=B")]
    [InlineData("https://example.com:443/x", "https://example.com/x")]
    [InlineData("https://example.com:8443/x", "https://example.com:8443/x")]
    [InlineData("https://exämple.com.br/olá?x=ü", "https://xn--exmple-cua.com.br/ol%C3%A1?x=%C3%BC")]
    [InlineData("https://my_host.example/a", "https://my_host.example/a")]
    [InlineData("https://8.8.8.8/x", "https://8.8.8.8/x")]
    [InlineData("https://[2606:4700:0:0::1111]/x", "https://[2606:4700::1111]/x")]
    [InlineData("https://4u.example/x", "https://4u.example/x")]
    [InlineData("https://example.com/x@y", "https://example.com/x@y")]
    public void A_public_https_URL_is_accepted_in_its_canonical_form(string url, string canonical) =>
        Assert.Equal(canonical, Assert.IsType<Destination.Accepted>(Rules.Check(url)).Url.AbsoluteUri);

    [Theory]
    [InlineData("", "not_a_url")]
    [InlineData("example.com/hooks", "not_a_url")]
    [InlineData("/hooks", "not_a_url")]
    [InlineData("https:example.com", "not_a_url")]
    [InlineData("https:\\\\example.com", "not_a_url")]
    [InlineData("https://example.com\\@10.0.0.1/", "not_a_url")]
    [InlineData(" https://example.com", "not_a_url")]
    [InlineData("https://exam\tple.com", "not_a_url")]
    [InlineData("https://example.com/\r\nHost: x", "not_a_url")]
    [InlineData("https://example.com:99999/", "not_a_url")]
    [InlineData("https://", "not_a_url")]
    [InlineData("https:///x", "not_a_url")]
    [InlineData("javascript:alert(1)", "not_a_url")]
    [InlineData("ftp://example.com/", "scheme")]
    [InlineData("gopher://example.com/", "scheme")]
    [InlineData("http://example.com/", "http")]
    [InlineData("https://user@example.com/", "credentials")]
    [InlineData("https://user:secret@example.com/", "credentials")]
    [InlineData("https://@example.com/", "credentials")]
    [InlineData("https://example.com/#", "fragment")]
    [InlineData("https://example.com/#top", "fragment")]
    [InlineData("https://example.com:0/", "port")]
    [InlineData("https://example.com./", "host_notation")]
    [InlineData("https://exa..mple.com/", "not_a_url")]
    [InlineData("https://-example-.com/", "host")]
    public void Anything_else_is_refused(string url, string code) => Assert.Equal([code], FaultsOf(Rules, url));

    [Theory]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://10.0.0.1/")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[0:0:0:0:0:0:0:1]/")]
    [InlineData("https://[::]/")]
    [InlineData("https://[::ffff:127.0.0.1]/")]
    [InlineData("https://[::ffff:7f00:1]/")]
    [InlineData("https://[::127.0.0.1]/")]
    [InlineData("https://[64:ff9b::127.0.0.1]/")]
    [InlineData("https://[2002:7f00:1::]/")]
    [InlineData("https://[fd00::1]/")]
    [InlineData("https://[fe80::1]/")]
    public void A_literal_address_is_judged_at_once(string url) => Assert.Equal(["forbidden_address"], FaultsOf(Rules, url));

    [Theory]
    [InlineData("127.1")]
    [InlineData("127.0.1")]
    [InlineData("2130706433")]
    [InlineData("4294967296")]
    [InlineData("0x7f000001")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("0x7f.1")]
    [InlineData("0177.0.0.1")]
    [InlineData("017700000001")]
    [InlineData("127.0.0.01")]
    [InlineData("127.0.0.1.")]
    [InlineData("①②⑦.0.0.1")]
    [InlineData("１２７.0.0.1")]
    [InlineData("127。0。0。1")]
    [InlineData("1.2.3.256")]
    [InlineData("1.2.3.4.5")]
    [InlineData("host.0x1")]
    [InlineData("8.8.2056")]
    [InlineData("[fe80::1%25eth0]")]
    [InlineData("[fe80::1%eth0]")]
    public void An_address_in_disguise_is_refused_even_where_every_network_is_open(string host)
    {
        var open = new DestinationRules(new AddressRules([IPNetwork.Parse("0.0.0.0/0"), IPNetwork.Parse("::/0")]), allowHttp: false);

        var code = Assert.Single(FaultsOf(open, $"https://{host}/"));
        Assert.True(code is "host_notation" or "not_a_url", code);
    }

    [Fact]
    public void Every_fault_is_named_at_once() =>
        Assert.Equal(
            ["too_long", "http", "credentials", "fragment", "port", "forbidden_address"],
            FaultsOf(Rules, $"http://user:secret@10.0.0.1:0/{new string('a', 2048)}#top"));

    [Fact]
    public void A_URL_may_have_2048_characters_and_no_more()
    {
        var longest = "https://example.com/".PadRight(2048, 'a');

        Assert.IsType<Destination.Accepted>(Rules.Check(longest));
        Assert.Equal(["too_long"], FaultsOf(Rules, longest + "a"));
        Assert.Equal(["too_long"], FaultsOf(Rules, "https://example.com/".PadRight(2048, 'é')));
    }

    [Fact]
    public void What_the_operator_opened_is_accepted() =>
        Assert.Equal("http://127.0.0.1:8080/", Assert.IsType<Destination.Accepted>(Lenient.Check("http://127.0.0.1:8080")).Url.AbsoluteUri);

    [Theory]
    [InlineData("http://example.com/", "Delivery:AllowHttp (Delivery__AllowHttp=true)")]
    [InlineData("https://10.0.0.1/", "Delivery:AllowedNetworks (Delivery__AllowedNetworks__0)")]
    public void What_the_operator_could_open_is_said_with_its_setting(string url, string setting) =>
        Assert.Contains(
            setting, Assert.Single(Assert.IsType<Destination.Refused>(Rules.Check(url)).Faults).Sentence, StringComparison.Ordinal);

    private static IEnumerable<string> FaultsOf(DestinationRules rules, string url) =>
        Assert.IsType<Destination.Refused>(rules.Check(url)).Faults.Select(f => f.Code);
}
