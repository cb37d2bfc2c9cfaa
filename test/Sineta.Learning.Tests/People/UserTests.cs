using System.Globalization;
using Sineta.Delivery.Institutions;
using Sineta.Learning.Enrollments;
using Sineta.Learning.People;
using Sineta.Learning.Reports;
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
    public async Task An_email_address_and_an_identifier_are_one_users_of_the_institution_until_that_user_is_removed()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var users = campus.Get<UserStore>();
        var user = await campus.AddUserAsync(Cancel);
        var same = new UserDraft { Name = "Outra Ana", Email = user.Email.ToUpperInvariant(), Cpf = "12345678909", Uuid = user.Uuid.ToString() };

        var refused = Assert.IsType<Change<User>.Refused>(await users.RegisterAsync(campus.Institution, same, Cancel));
        Assert.Equal(["/email", "/uuid"], refused.Faults.Select(f => f.Pointer).Order());

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

    [Theory]
    [InlineData(256)]
    [InlineData(300_000)]
    public void Whatever_its_length_a_text_that_is_too_long_is_refused_by_its_own_field(int length)
    {
        var text = new string('x', length);
        var draft = new UserDraft { Name = text, Email = text, Cpf = "529.982.247-25", Nickname = text, Uuid = text, Role = "learner" };
        Assert.Equal(["/name", "/email", "/nickname", "/uuid"], UserRules.Check(draft).Faults.Select(f => f.Pointer));
    }

    [Fact]
    public async Task Of_two_changes_at_once_none_takes_the_other_back()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var users = campus.Get<UserStore>();
        for (var round = 0; round < 10; round++)
        {
            var user = await campus.AddUserAsync(Cancel, role: "manager");
            await Task.WhenAll(
                users.UpdateAsync(campus.Institution, user.Id, d => d with { Role = "learner" }, Cancel),
                users.UpdateAsync(campus.Institution, user.Id, d => d with { Nickname = "Aninha" }, Cancel));

            var changed = (await users.FindAsync(campus.Institution.Id, user.Id, Cancel))!;
            Assert.Equal((Role.Learner, "Aninha"), (changed.Role, changed.Nickname));
        }
    }

    [Fact]
    public async Task Who_gave_a_role_a_link_or_let_a_user_go_is_on_the_audit_trail()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var users = campus.Get<UserStore>();
        var user = await campus.AddUserAsync(Cancel);
        await users.UpdateAsync(campus.Institution, user.Id, d => d with { Nickname = "Aninha" }, Cancel);
        await users.UpdateAsync(campus.Institution, user.Id, d => d with { Role = "manager" }, Cancel);
        await campus.Get<UserAccounts>().IssueResetAsync(campus.Institution, user.Id, Cancel);
        await users.RemoveAsync(campus.Institution, user.Id, Cancel);

        var entries = await campus.Get<AuditTrail>().ReadAsync(campus.Institution.Id, before: null, limit: 3, Cancel);
        Assert.Equal(
            [("user.removed", "manager"), ("password_links.issued", null), ("user.role_given", "manager")],
            entries.Select(e => (e.What, e.Detail)));
        Assert.All(entries, entry => Assert.Equal(user.Id.ToString(CultureInfo.InvariantCulture), entry.Subject));
    }

    [Fact]
    public async Task Of_many_who_register_one_address_at_once_one_gets_it()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var users = campus.Get<UserStore>();
        var changes = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => users.RegisterAsync(
            campus.Institution,
            new UserDraft { Name = $"Ana {i}", Email = i % 2 == 0 ? "ana@example.com" : "ANA@example.com", Cpf = "52998224725" }, Cancel)));

        Assert.Single(changes.OfType<Change<User>.Made>());
        Assert.All(changes.OfType<Change<User>.Refused>(), refused => Assert.Equal("/email", Assert.Single(refused.Faults).Pointer));
        Assert.Single(await users.ListAsync(campus.Institution.Id, new UserFilter(), after: null, limit: 50, Cancel));
    }

    [Fact]
    public async Task A_user_may_keep_its_own_address_and_take_no_others()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var (users, ana, bia) = (campus.Get<UserStore>(), await campus.AddUserAsync(Cancel), await campus.AddUserAsync(Cancel));

        var renamed = CampusNode.Made(await users.UpdateAsync(
            campus.Institution, ana.Id, d => d with { Name = "Ana Lima", Role = "manager" }, Cancel));
        Assert.Equal(ana with { Name = "Ana Lima", Role = Role.Manager }, renamed);
        var change = await users.UpdateAsync(
            campus.Institution, ana.Id, d => d with { Email = bia.Email, Uuid = bia.Uuid.ToString() }, Cancel);
        Assert.Equal(["/email", "/uuid"], Assert.IsType<Change<User>.Refused>(change).Faults.Select(f => f.Pointer));
        Assert.IsType<Change<User>.Unknown>(await users.UpdateAsync(campus.Institution, 0, d => d, Cancel));
    }

    [Fact]
    public async Task Who_was_removed_is_not_there_any_more()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var (users, user) = (campus.Get<UserStore>(), await campus.AddUserAsync(Cancel));
        Assert.IsType<Change<User>.Unknown>(await users.RemoveAsync(await campus.AddInstitutionAsync(Cancel), user.Id, Cancel));
        Assert.IsType<Change<User>.Made>(await users.RemoveAsync(campus.Institution, user.Id, Cancel));

        Assert.Null(await users.FindAsync(campus.Institution.Id, user.Id, Cancel));
        Assert.Empty(await users.ListAsync(campus.Institution.Id, new UserFilter(), after: null, limit: 50, Cancel));
        Assert.IsType<Change<User>.Unknown>(await users.RemoveAsync(campus.Institution, user.Id, Cancel));
        Assert.IsType<Change<User>.Unknown>(await users.UpdateAsync(campus.Institution, user.Id, d => d, Cancel));
    }

    [Fact]
    public async Task Of_who_was_removed_the_name_stays_and_the_address_the_CPF_and_the_nickname_are_erased()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var (users, user, course) = (campus.Get<UserStore>(), await campus.AddUserAsync(Cancel), await campus.AddCourseAsync(Cancel));
        CampusNode.Made(await users.UpdateAsync(campus.Institution, user.Id, d => d with { Nickname = "Aninha" }, Cancel));
        CampusNode.Made(await campus.Get<EnsureEnrollment>().RunAsync(
            campus.Institution, new EnrollmentRequest(user.Id, course.Id, EnrollmentSource.Api), Cancel));

        await users.RemoveAsync(campus.Institution, user.Id, Cancel);

        await using var command = campus.Database.CreateCommand("select row_to_json(users)::text from users where id = $1");
        command.Parameters.AddWithValue(user.Id);
        var row = (string)(await command.ExecuteScalarAsync(Cancel))!;
        Assert.DoesNotContain(user.Email, row, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(user.Cpf, row, StringComparison.Ordinal);
        Assert.DoesNotContain("Aninha", row, StringComparison.Ordinal);
        var reported = await campus.Get<ProgressReport>()
            .ReadAsync(campus.Institution, new ReportFilter(null, null, null), Cancel).ToListAsync(Cancel);
        Assert.Equal((user.Name, ""), (Assert.Single(reported).UserName, reported[0].UserEmail));
    }
}
