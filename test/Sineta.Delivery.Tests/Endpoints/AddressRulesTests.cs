using System.Net;
using Sineta.Delivery.Endpoints;

namespace Sineta.Delivery.Tests.Endpoints;

public sealed class AddressRulesTests
{
    private static readonly AddressRules Rules = new([]);

    [Theory]
    [InlineData("0.0.0.0", "0.255.255.255")]
    [InlineData("10.0.0.0", "10.255.255.255")]
    [InlineData("100.64.0.0", "100.127.255.255")]
    [InlineData("127.0.0.0", "127.255.255.255")]
    [InlineData("168.63.129.16", "168.63.129.16")]
    [InlineData("169.254.0.0", "169.254.255.255")]
    [InlineData("172.16.0.0", "172.31.255.255")]
    [InlineData("192.0.0.0", "192.0.0.255")]
    [InlineData("192.0.2.0", "192.0.2.255")]
    [InlineData("192.88.99.0", "192.88.99.255")]
    [InlineData("192.168.0.0", "192.168.255.255")]
    [InlineData("198.18.0.0", "198.19.255.255")]
    [InlineData("198.51.100.0", "198.51.100.255")]
    [InlineData("203.0.113.0", "203.0.113.255")]
    [InlineData("224.0.0.0", "255.255.255.255")]
    [InlineData("::", "::1")]
    [InlineData("::2", "::ffff:ffff")]
    [InlineData("::ffff:0.0.0.0", "::ffff:255.255.255.255")]
    [InlineData("::ffff:0:0:0", "::ffff:0:ffff:ffff")]
    [InlineData("64:ff9b::", "64:ff9b::ffff:ffff")]
    [InlineData("64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("100::", "100::ffff:ffff:ffff:ffff")]
    [InlineData("2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("4000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("fe80::", "fe80::ffff%1")]
    [InlineData("fec0::", "feff::1")]
    public void Every_range_that_is_not_public_is_forbidden_from_its_first_address_to_its_last(string first, string last)
    {
        Assert.NotNull(Rules.Forbidding(IPAddress.Parse(first)));
        Assert.NotNull(Rules.Forbidding(IPAddress.Parse(last)));
    }

    [Theory]
    [InlineData("1.0.0.0")]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.0")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("126.255.255.255")]
    [InlineData("128.0.0.0")]
    [InlineData("169.253.255.255")]
    [InlineData("169.255.0.0")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("192.0.1.0")]
    [InlineData("192.0.3.0")]
    [InlineData("192.167.255.255")]
    [InlineData("192.169.0.0")]
    [InlineData("198.17.255.255")]
    [InlineData("198.20.0.0")]
    [InlineData("223.255.255.255")]
    [InlineData("2001:200::")]
    [InlineData("2001:4860:4860::8888")]
    [InlineData("2606:4700::1111")]
    [InlineData("3ffe:ffff::1")]
    public void Their_neighbours_are_public(string address) => Assert.Null(Rules.Forbidding(IPAddress.Parse(address)));

    [Theory]
    [InlineData("127.0.0.1", "loopback (127.0.0.0/8)")]
    [InlineData("255.255.255.255", "broadcast (255.255.255.255/32)")]
    [InlineData("2001:0:1::", "Teredo (2001::/32)")]
    [InlineData("::1", "loopback (::1/128)")]
    [InlineData("::ffff:10.0.0.1", "IPv4-mapped (::ffff:0:0/96)")]
    [InlineData("::ffff:8.8.8.8", "IPv4-mapped (::ffff:0:0/96)")]
    [InlineData("7777::", "not global unicast (::/0)")]
    public void A_refusal_names_the_range(string address, string range) =>
        Assert.Equal(range, Rules.Forbidding(IPAddress.Parse(address))!.ToString());

    [Fact]
    public void An_opened_network_is_allowed_and_its_neighbours_are_not()
    {
        var rules = Opening("10.1.0.0/16", "fd00:1::/32");

        Assert.Null(rules.Forbidding(IPAddress.Parse("10.1.255.255")));
        Assert.NotNull(rules.Forbidding(IPAddress.Parse("10.2.0.0")));
        Assert.Null(rules.Forbidding(IPAddress.Parse("fd00:1::5")));
        Assert.NotNull(rules.Forbidding(IPAddress.Parse("fd00:2::5")));
    }

    [Theory]
    [InlineData("64:ff9b::/96", "64:ff9b::8.8.8.8", "64:ff9b::127.0.0.1")]
    [InlineData("64:ff9b:1::/48", "64:ff9b:1::8.8.8.8", "64:ff9b:1::10.0.0.1")]
    [InlineData("::ffff:0:0/96", "::ffff:8.8.8.8", "::ffff:169.254.169.254")]
    [InlineData("::/96", "::8.8.8.8", "::192.168.0.1")]
    [InlineData("2002::/16", "2002:808:808::1", "2002:7f00:1::1")]
    [InlineData("2001::/32", "2001:0:1::f7f7:f7f7", "2001:0:1::80ff:fffe")]
    public void An_opened_range_that_carries_IPv4_opens_only_what_is_public_inside(string network, string open, string shut)
    {
        var rules = Opening(network);

        Assert.Null(rules.Forbidding(IPAddress.Parse(open)));
        Assert.NotNull(rules.Forbidding(IPAddress.Parse(shut)));
    }

    [Theory]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("64:ff9b::127.0.0.1")]
    [InlineData("2002:7f00:1::")]
    public void An_opened_IPv4_network_opens_none_of_the_IPv6_forms_of_an_address(string address) =>
        Assert.NotNull(Opening("127.0.0.0/8", "8.0.0.0/8").Forbidding(IPAddress.Parse(address)));

    private static AddressRules Opening(params string[] networks) => new(Array.ConvertAll(networks, IPNetwork.Parse));
}
