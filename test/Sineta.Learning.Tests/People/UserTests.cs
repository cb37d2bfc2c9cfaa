using Sineta.Learning.People;
using Sineta.Testing;

namespace Sineta.Learning.Tests.People;

public sealed class UserTests(Postgres postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_registered_user_is_found_in_its_institution_and_in_no_other()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var elsewhere = await campus.AddInstitutionAsync(Cancel);
        var user = await campus.AddUserAsync(Cancel, "Bruno Lima");

        Assert.Equal(user, await campus.Get<UserStore>().FindAsync(campus.Institution.Id, user.Id, Cancel));
        Assert.Null(await campus.Get<UserStore>().FindAsync(elsewhere.Id, user.Id, Cancel));
        Assert.Empty(await campus.EventsAsync(Cancel));
    }

    [Fact]
    public async Task An_email_address_is_one_users_of_the_institution_until_that_user_is_removed()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var users = campus.Get<UserStore>();
        var user = await campus.AddUserAsync(Cancel);
        var same = new UserDraft { Name = "Outra Ana", Email = user.Email.ToUpperInvariant(), Cpf = "12345678909" };

        var refused = Assert.IsType<Change<User>.Refused>(await users.RegisterAsync(campus.Institution, same, Cancel));
        Assert.Equal("/email", Assert.Single(refused.Faults).Pointer);

        await users.RemoveAsync(campus.Institution, user.Id, Cancel);
        Assert.IsType<Change<User>.Made>(await users.RegisterAsync(campus.Institution, same, Cancel));
    }

    [Fact]
    public async Task Every_fault_of_a_user_is_named_at_once()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var draft = new UserDraft { Name = " ", Email = "ana", Cpf = "123.456.789-99", Uuid = "1", Role = "dean" };

        var refused = Assert.IsType<Change<User>.Refused>(await campus.Get<UserStore>().RegisterAsync(campus.Institution, draft, Cancel));
        Assert.Equal(["/cpf", "/email", "/name", "/role", "/uuid"], refused.Faults.Select(f => f.Pointer).Order());
    }
}
