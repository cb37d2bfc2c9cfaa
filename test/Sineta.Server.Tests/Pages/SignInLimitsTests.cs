using System.Globalization;
using System.Net;
using Sineta.Server.Pages.Sessions;
using Sineta.Server.Tests.Api;
using Sineta.Testing;

namespace Sineta.Server.Tests.Pages;

/// <summary>How often one may fail to sign in, and whom that keeps from nothing.</summary>
public sealed class SignInLimitsTests(ApiServer server) : IClassFixture<ApiServer>
{
    private const string Password = "correct horse";
    private static readonly IPAddress Here = IPAddress.Parse("198.51.100.7");

    private readonly ManualTime _time = new();

    [Fact]
    public void One_network_gets_five_wrong_passwords_a_minute_for_a_user_and_locks_nobody_out_elsewhere()
    {
        var limits = new SignInLimits(_time);
        for (var i = 0; i < 5; i++)
            Assert.Null(Fail(limits, Here, "ana"));
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(TimeSpan.FromSeconds(40), Fail(limits, Here, "ana"));
        for (var i = 0; i < 100; i++)
            Fail(limits, Here, "ana");
        Assert.Null(Fail(limits, Address(1), "ana"));
        Assert.Null(Fail(limits, Here, "bia"));

        _time.Advance(TimeSpan.FromSeconds(40));
        Assert.Null(Fail(limits, Here, "ana"));
    }

    [Fact]
    public void A_network_that_is_made_to_wait_takes_nothing_from_those_it_names()
    {
        var limits = new SignInLimits(_time);
        for (var i = 0; i < SignInLimits.FromNetwork; i++)
            Assert.Null(Fail(limits, Here, Name(i)));
        for (var i = 0; i < 100; i++)
            Assert.NotNull(Fail(limits, Here, "ana"));
        _time.Advance(TimeSpan.FromSeconds(59));
        for (var i = 0; i < 5; i++)
            Assert.Null(Fail(limits, Address(1), "ana"));
    }

    [Fact]
    public void Many_networks_together_get_fifty_wrong_passwords_a_minute_for_a_user()
    {
        var limits = new SignInLimits(_time);
        for (var i = 0; i < SignInLimits.AsUser; i++)
            Assert.Null(Fail(limits, Address(i), "ana"));
        Assert.NotNull(Fail(limits, Address(99), "ana"));
        Assert.Null(Fail(limits, Address(99), "bia"));
    }

    [Fact]
    public void Who_knows_the_password_is_not_counted()
    {
        var limits = new SignInLimits(_time);
        for (var i = 0; i < 100; i++)
        {
            using var begun = limits.Begin(Here);
            limits.GoOn(begun, "ana");
            Assert.Null(begun.Pause);
        }
    }

    [Fact]
    public void Many_tries_at_once_get_no_further_than_one_after_the_other()
    {
        var limits = new SignInLimits(_time);
        var begun = Enumerable.Range(0, 20).Select(_ => limits.Begin(Here)).ToList();
        begun.ForEach(one => limits.GoOn(one, "ana"));
        Assert.Equal(SignInLimits.AsUserFromNetwork, begun.Count(one => one.Pause is null));
        begun.ForEach(one => one.Dispose());
        Assert.Null(Fail(limits, Here, "ana"));
    }

    [Fact]
    public void All_addresses_of_an_ipv6_network_are_one()
    {
        var limits = new SignInLimits(_time);
        for (var i = 0; i < 5; i++)
            Assert.Null(Fail(limits, IPAddress.Parse($"2001:db8:1:2::{i}"), "ana"));
        Assert.NotNull(Fail(limits, IPAddress.Parse("2001:db8:1:2:ffff::1"), "ana"));
        Assert.Null(Fail(limits, IPAddress.Parse("2001:db8:1:3::1"), "ana"));
        for (var i = 0; i < 5; i++)
            Assert.Null(Fail(limits, Here.MapToIPv6(), "bia"));
        Assert.NotNull(Fail(limits, Here, "bia"));
    }

    [Fact]
    public void Wrong_operators_keys_from_one_network_lock_out_no_other()
    {
        var limits = new SignInLimits(_time);
        for (var i = 0; i < 5; i++)
            Assert.Null(FailAsOperator(limits, Here));
        Assert.NotNull(FailAsOperator(limits, Here));
        Assert.Null(FailAsOperator(limits, Address(1)));
        Assert.Null(Fail(limits, Here, "ana"));
    }

    [Fact]
    public async Task A_whole_school_signs_in_from_one_address_within_a_minute()
    {
        var email = await NewUserAsync("ana");
        for (var i = 0; i <= SignInLimits.FromNetwork; i++)
        {
            using var client = new PageClient(server.Address);
            Assert.Equal(HttpStatusCode.Redirect, (await SignInAsync(client, email, Password)).Status);
        }
    }

    [Theory]
    [InlineData("en", "Too many attempts.")]
    [InlineData("pt-BR", "Muitas tentativas.")]
    public async Task However_an_address_is_written_it_is_one_user_who_waits_and_is_told_so(string language, string sentence)
    {
        var email = await NewUserAsync("ivo");
        using var client = new PageClient(server.Address, language);
        string[] written = [email, email.ToUpperInvariant(), $" {email} ", email.Replace("ivo", "İvo", StringComparison.Ordinal), email];
        foreach (var one in written)
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SignInAsync(client, one, "wrong horse")).Status);
        foreach (var one in written)
        {
            var refused = await SignInAsync(client, one, Password);
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
            Assert.True(int.Parse(refused.Headers["Retry-After"], null) is > 0 and <= 60);
            Assert.Contains(sentence, refused.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_nobody_can_have_is_refused_without_being_counted()
    {
        var email = await NewUserAsync("lia");
        using var client = new PageClient(server.Address);
        for (var i = 0; i < 6; i++)
        {
            var refused = await SignInAsync(client, email, new string('a', 257));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
            Assert.Contains("No account here", refused.Text, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SignInAsync(client, new string('a', 256), Password)).Status);
        }

        Assert.Equal(HttpStatusCode.Redirect, (await SignInAsync(client, email, Password)).Status);
    }

    private static IPAddress Address(int number) => new([203, 0, 113, (byte)number]);

    private static string Name(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static TimeSpan? Fail(SignInLimits limits, IPAddress address, string user)
    {
        using var begun = limits.Begin(address);
        limits.GoOn(begun, user);
        begun.Fail();
        return begun.Pause;
    }

    private static TimeSpan? FailAsOperator(SignInLimits limits, IPAddress address)
    {
        using var begun = limits.BeginAsOperator(address);
        begun.Fail();
        return begun.Pause;
    }

    private static Task<Answer> SignInAsync(PageClient client, string email, string password) =>
        client.PostAsync("/sign-in", ("email", email), ("password", password));

    private async Task<string> NewUserAsync(string name)
    {
        var (api, institution) = await server.NewCampusAsync();
        using var key = api;
        var email = $"{name}@escola{institution}.example";
        var user = (await key.PostAsync("/v1/users", new { name, email, cpf = "529.982.247-25" }))
            .Ok(HttpStatusCode.Created).GetProperty("id").GetInt64();
        var token = (await key.PostAsync($"/v1/users/{user}/password-reset")).Ok().GetProperty("token").GetString()!;
        using var client = new PageClient(server.Address);
        await client.PostAsync(PasswordPages.PathOf(institution, token), ("password", Password), ("again", Password));
        return email;
    }
}
