using Sineta.Learning.People;
using Sineta.Testing;

namespace Sineta.Learning.Tests.People;

public sealed class SchoolTests(Postgres postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_school_has_its_managers_by_their_names_and_those_that_are_given_last()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var (zeca, ana) = (await campus.AddUserAsync(Cancel, "Zeca"), await campus.AddUserAsync(Cancel, "Ana"));
        var made = await campus.AddSchoolAsync(Cancel, zeca.Id, ana.Id);
        Assert.Equal(["Ana", "Zeca"], made.Managers.Select(m => m.Name));

        var schools = campus.Get<SchoolStore>();
        var changed = CampusNode.Made(await schools.UpdateAsync(
            campus.Institution, made.Id, d => d with { Name = " Ofícios ", ManagerIds = [zeca.Id] }, Cancel));
        Assert.Equal(("Ofícios", "Zeca"), (changed.Name, Assert.Single(changed.Managers).Name));
        var found = (await schools.FindAsync(campus.Institution.Id, made.Id, Cancel))!;
        Assert.Equal((changed.Name, changed.CreatedAt), (found.Name, found.CreatedAt));
        Assert.Equal(changed.Managers, found.Managers);
        Assert.Equal(made.Id, Assert.Single(await schools.ListAsync(campus.Institution.Id, after: 0, limit: 10, Cancel)).Id);
    }

    [Fact]
    public async Task Of_two_changes_at_once_none_takes_the_other_back()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var (zeca, ana) = (await campus.AddUserAsync(Cancel, "Zeca"), await campus.AddUserAsync(Cancel, "Ana"));
        var schools = campus.Get<SchoolStore>();
        for (var round = 0; round < 10; round++)
        {
            var school = await campus.AddSchoolAsync(Cancel, zeca.Id);
            await Task.WhenAll(
                schools.UpdateAsync(campus.Institution, school.Id, d => d with { ManagerIds = [ana.Id] }, Cancel),
                schools.UpdateAsync(campus.Institution, school.Id, d => d with { Name = "Ofícios" }, Cancel));

            var changed = (await schools.FindAsync(campus.Institution.Id, school.Id, Cancel))!;
            Assert.Equal(("Ofícios", "Ana"), (changed.Name, Assert.Single(changed.Managers).Name));
        }
    }

    [Fact]
    public async Task A_manager_is_a_user_of_the_institution_given_once()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        await using var other = await CampusNode.StartAsync(postgres, Cancel);
        var (ours, theirs, gone) = (await campus.AddUserAsync(Cancel), await other.AddUserAsync(Cancel), await campus.AddUserAsync(Cancel));
        await campus.Get<UserStore>().RemoveAsync(campus.Institution, gone.Id, Cancel);

        Assert.Equal(["/name", "/manager_ids/1", "/manager_ids/2"], await RefusedAsync(campus, "", ours.Id, theirs.Id, gone.Id));
        Assert.Equal(["/manager_ids/1"], await RefusedAsync(campus, "Ofícios", ours.Id, ours.Id));
        Assert.Equal(["/manager_ids"], await RefusedAsync(campus, "Ofícios", [.. Enumerable.Range(0, 101).Select(i => (long)i)]));
        Assert.Empty(await campus.Get<SchoolStore>().ListAsync(campus.Institution.Id, after: 0, limit: 10, Cancel));
    }

    [Fact]
    public async Task A_manager_who_was_removed_manages_no_more_and_stands_in_no_changes_way()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var (zeca, ana) = (await campus.AddUserAsync(Cancel, "Zeca"), await campus.AddUserAsync(Cancel, "Ana"));
        var school = await campus.AddSchoolAsync(Cancel, zeca.Id, ana.Id);
        await campus.Get<UserStore>().RemoveAsync(campus.Institution, zeca.Id, Cancel);

        var changed = CampusNode.Made(await campus.Get<SchoolStore>().UpdateAsync(
            campus.Institution, school.Id, d => d with { Name = "Ofícios" }, Cancel));
        Assert.Equal("Ana", Assert.Single(changed.Managers).Name);
    }

    [Fact]
    public async Task Another_institutions_school_is_not_there()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var (school, other) = (await campus.AddSchoolAsync(Cancel), await campus.AddInstitutionAsync(Cancel));
        Assert.Null(await campus.Get<SchoolStore>().FindAsync(other.Id, school.Id, Cancel));
        Assert.IsType<Change<School>.Unknown>(await campus.Get<SchoolStore>().UpdateAsync(other, school.Id, d => d, Cancel));
    }

    private static async Task<string[]> RefusedAsync(CampusNode campus, string name, params long[] managers)
    {
        var change = await campus.Get<SchoolStore>().CreateAsync(
            campus.Institution, new SchoolDraft { Name = name, ManagerIds = managers }, Cancel);
        return [.. Assert.IsType<Change<School>.Refused>(change).Faults.Select(f => f.Pointer)];
    }
}
