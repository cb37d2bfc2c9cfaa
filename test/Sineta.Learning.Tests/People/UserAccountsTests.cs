using Sineta.Learning.People;
using Sineta.Testing;

namespace Sineta.Learning.Tests.People;

public sealed class UserAccountsTests(Postgres postgres)
{
    private const string Password = "madeira de lei";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_has_set_a_password_signs_in_with_it_and_with_no_other()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var (accounts, user) = (campus.Get<UserAccounts>(), await campus.RegisterAsync("ana"));
        Assert.Null(await accounts.SignInAsync(user.Email, "", Cancel));

        var set = CampusNode.Made(await accounts.SetPasswordAsync(campus.Institution, await campus.TokenAsync(user), Password, Cancel));
        Assert.True(set.HasPassword);
        Assert.Equal(
            new SignedIn(campus.Institution.Id, set), await accounts.SignInAsync($" {user.Email.ToUpperInvariant()} ", Password, Cancel));
        Assert.Null(await accounts.SignInAsync(user.Email, Password.ToUpperInvariant(), Cancel));
        Assert.Null(await accounts.SignInAsync("nobody@example.com", Password, Cancel));

        await campus.Get<UserStore>().RemoveAsync(campus.Institution, user.Id, Cancel);
        Assert.Null(await accounts.SignInAsync(user.Email, Password, Cancel));
    }

    [Fact]
    public async Task Of_two_institutions_with_the_same_address_the_password_tells()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        await using var other = await CampusNode.StartAsync(postgres, Cancel);
        var (here, there) = (await campus.RegisterAsync("bia"), await other.RegisterAsync("bia", campus.AddressOf("bia")));
        var accounts = campus.Get<UserAccounts>();
        await accounts.SetPasswordAsync(campus.Institution, await campus.TokenAsync(here), Password, Cancel);
        await accounts.SetPasswordAsync(other.Institution, await other.TokenAsync(there), "outra madeira", Cancel);

        Assert.Equal(campus.Institution.Id, (await accounts.SignInAsync(here.Email, Password, Cancel))!.InstitutionId);
        Assert.Equal(other.Institution.Id, (await accounts.SignInAsync(here.Email, "outra madeira", Cancel))!.InstitutionId);
    }

    [Fact]
    public async Task A_token_is_good_for_one_password_for_three_days_in_its_institution_and_until_the_next_token()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var (accounts, user) = (campus.Get<UserAccounts>(), await campus.RegisterAsync("caio"));
        var (replaced, token) = (await campus.TokenAsync(user), await campus.TokenAsync(user));
        Assert.IsType<Change<User>.Unknown>(await accounts.SetPasswordAsync(campus.Institution, replaced, Password, Cancel));
        var elsewhere = await campus.AddInstitutionAsync(Cancel);
        Assert.IsType<Change<User>.Unknown>(await accounts.SetPasswordAsync(elsewhere, token, Password, Cancel));
        foreach (var length in new[] { 7, 257 })
        {
            Assert.Equal("/password", Assert.Single(Assert.IsType<Change<User>.Refused>(
                await accounts.SetPasswordAsync(campus.Institution, token, new string('a', length), Cancel)).Faults).Pointer);
        }

        var tries = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(i => accounts.SetPasswordAsync(campus.Institution, token, $"{Password} {i}", Cancel)));
        Assert.Single(tries.OfType<Change<User>.Made>());
        Assert.Equal(9, tries.OfType<Change<User>.Unknown>().Count());

        var late = await campus.TokenAsync(user);
        campus.MoveTo(campus.Time.GetUtcNow() + UserAccounts.ResetTime);
        Assert.IsType<Change<User>.Unknown>(await accounts.SetPasswordAsync(campus.Institution, late, Password, Cancel));
    }

    [Fact]
    public async Task A_changed_password_ends_the_links_that_were_issued()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var (accounts, user) = (campus.Get<UserAccounts>(), await campus.RegisterAsync("eva"));
        await accounts.SetPasswordAsync(campus.Institution, await campus.TokenAsync(user), Password, Cancel);
        var pending = await campus.TokenAsync(user);
        CampusNode.Made(await accounts.ChangePasswordAsync(campus.Institution, user.Id, Password, "outra madeira", Cancel));
        Assert.False(await accounts.IsResetOpenAsync(campus.Institution.Id, pending, Cancel));
        Assert.IsType<Change<User>.Unknown>(await accounts.SetPasswordAsync(campus.Institution, pending, Password, Cancel));
    }

    [Fact]
    public async Task Nobody_gets_a_token_for_who_is_not_there()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var user = await campus.RegisterAsync("davi");
        var accounts = campus.Get<UserAccounts>();
        Assert.Null(await accounts.IssueResetAsync(await campus.AddInstitutionAsync(Cancel), user.Id, Cancel));
        await campus.Get<UserStore>().RemoveAsync(campus.Institution, user.Id, Cancel);
        Assert.Null(await accounts.IssueResetAsync(campus.Institution, user.Id, Cancel));
    }
}

/// <summary>People with addresses of their own, so that tests on one database do not sign in each other's.</summary>
internal static class AccountSteps
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static string AddressOf(this CampusNode campus, string name) => $"{name}.{campus.Institution.Id}@example.com";

    public static async Task<User> RegisterAsync(this CampusNode campus, string name, string? email = null) =>
        CampusNode.Made(await campus.Get<UserStore>().RegisterAsync(
            campus.Institution, new UserDraft { Name = name, Email = email ?? campus.AddressOf(name), Cpf = "529.982.247-25" }, Cancel));

    public static async Task<string> TokenAsync(this CampusNode campus, User user) =>
        (await campus.Get<UserAccounts>().IssueResetAsync(campus.Institution, user.Id, Cancel))!;
}
