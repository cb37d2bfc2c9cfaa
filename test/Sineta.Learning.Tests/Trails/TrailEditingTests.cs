using Sineta.Learning.People;
using Sineta.Learning.Trails;
using Sineta.Testing;

namespace Sineta.Learning.Tests.Trails;

public sealed class TrailEditingTests(Postgres postgres) : IAsyncLifetime
{
    private CampusNode _campus = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private TrailEditing Editing => _campus.Get<TrailEditing>();

    public async ValueTask InitializeAsync() => _campus = await CampusNode.StartAsync(postgres, Cancel);

    public ValueTask DisposeAsync() => _campus.DisposeAsync();

    [Fact]
    public async Task R11_A_change_that_finishes_the_trail_for_learners_is_made_once_their_number_is_confirmed()
    {
        var (done, missing) = (await CourseAsync(), await CourseAsync());
        var trail = await CreateAsync("published", Course(done), Course(missing));
        long[] ready = [await JoinedAsync(trail.Id), await JoinedAsync(trail.Id)];
        await JoinedAsync(trail.Id);
        foreach (var user in ready)
            await _campus.CompleteCourseAsync(user, done, Cancel);

        foreach (var confirmed in new int?[] { null, 0, 1, 3 })
            Assert.Equal(new Change<Trail>.Unconfirmed(2), await TakeOutAsync(trail.Id, missing, confirmed));
        Assert.Empty(await _campus.EventsAsync(Cancel));
        Assert.Equal(2, (await FindAsync(trail.Id)).Items.Count);
        CampusNode.Made(await TakeOutAsync(trail.Id, missing, confirmed: 2));

        var told = await _campus.EventsAsync(Cancel);
        Assert.Equal(ready.Select(u => $"campus/user:{u}/trail:{trail.Id}"), told.Select(e => e.DedupeKey));
        Assert.All(told, e => Assert.Equal("trail_changed", e.Source));
        Assert.Single((await FindAsync(trail.Id)).Items);
    }

    [Fact]
    public async Task Whoever_was_removed_finishes_no_trail_and_is_not_counted()
    {
        var (done, missing) = (await CourseAsync(), await CourseAsync());
        var trail = await CreateAsync("published", Course(done), Course(missing));
        var (present, gone) = (await JoinedAsync(trail.Id), await JoinedAsync(trail.Id));
        foreach (var user in new[] { present, gone })
            await _campus.CompleteCourseAsync(user, done, Cancel);
        await _campus.Get<UserStore>().RemoveAsync(_campus.Institution, gone, Cancel);

        Assert.Equal(new Change<Trail>.Unconfirmed(1), await TakeOutAsync(trail.Id, missing, confirmed: null));
        CampusNode.Made(await TakeOutAsync(trail.Id, missing, confirmed: 1));

        Assert.Equal($"campus/user:{present}/trail:{trail.Id}", Assert.Single(await _campus.EventsAsync(Cancel)).DedupeKey);
    }

    [Fact]
    public async Task R12_Who_finished_a_trail_stays_so_whatever_is_added_to_it()
    {
        var (done, added) = (await CourseAsync(), await CourseAsync());
        var trail = await CreateAsync("published", Course(done));
        var user = await JoinedAsync(trail.Id);
        await _campus.CompleteCourseAsync(user, done, Cancel);

        CampusNode.Made(await EditAsync(trail.Id, draft => draft with { Items = [.. draft.Items, Course(added)] }));
        await _campus.CompleteCourseAsync(user, added, Cancel);
        CampusNode.Made(await EditAsync(trail.Id, draft => draft with { Items = [Course(done)] }));

        var told = Assert.Single(await _campus.EventsAsync(Cancel));
        Assert.Equal(1, told.Data.GetProperty("trail").GetProperty("courses").GetArrayLength());
        var way = Assert.Single(await _campus.Get<TrailProgress>().OfLearnerAsync(_campus.Institution.Id, user, Cancel));
        Assert.Equal(_campus.Time.GetUtcNow(), way.FinishedAt);
    }

    [Fact]
    public async Task A_change_finishes_the_trail_for_nobody_who_was_removed()
    {
        var (done, missing) = (await CourseAsync(), await CourseAsync());
        var trail = await CreateAsync("published", Course(done), Course(missing));
        var user = await JoinedAsync(trail.Id);
        await _campus.CompleteCourseAsync(user, done, Cancel);
        CampusNode.Made(await _campus.Get<UserStore>().RemoveAsync(_campus.Institution, user, Cancel));

        CampusNode.Made(await TakeOutAsync(trail.Id, missing, confirmed: null));

        Assert.Empty(await _campus.EventsAsync(Cancel));
        var way = Assert.Single(await _campus.Get<TrailProgress>().ParticipantsAsync(_campus.Institution.Id, trail.Id, 0, 10, Cancel));
        Assert.Null(way.FinishedAt);
    }

    [Fact]
    public async Task What_is_not_of_the_items_finishes_nothing_and_asks_nothing()
    {
        var trail = await CreateAsync("published", Course(await CourseAsync()));
        await JoinedAsync(trail.Id);

        var changed = CampusNode.Made(await EditAsync(
            trail.Id, draft => draft with { Name = " Trilha nova ", Description = "Do começo ao fim.", Status = "archived" }));

        Assert.Equal(("Trilha nova", "Do começo ao fim.", TrailStatus.Archived), (changed.Name, changed.Description, changed.Status));
        Assert.Equal(trail.Items, changed.Items);
    }

    [Fact]
    public async Task Every_fault_of_a_trail_is_named()
    {
        await using var elsewhere = await CampusNode.StartAsync(postgres, Cancel);
        var foreign = await elsewhere.AddCourseAsync(Cancel);
        var draft = await _campus.AddCourseAsync(new CourseSeed { Status = "draft", Contents = [new()] }, Cancel);
        var course = await _campus.AddCourseAsync(new CourseSeed { Contents = [new() { Published = false }, new()] }, Cancel);

        await RefusedAsync(
            new TrailDraft
            {
                Name = " ",
                Description = new string('x', 16 * 1024 + 1),
                Status = "open",
                Items = [Course(foreign.Id), Content(foreign.ContentIds[0]), new(), new() { CourseId = course.Id, ContentId = course.ContentIds[1] }],
            }, "/name", "/description", "/status", "/items/0/course_id", "/items/1/content_id", "/items/2", "/items/3");
        await RefusedAsync(
            new TrailDraft
            {
                Name = "Trilha",
                Status = "published",
                Items =
                [
                    Course(draft.Id), Content(draft.ContentIds[0]), Content(course.ContentIds[0]), Content(course.ContentIds[1]),
                    Course(course.Id), Course(course.Id) with { Required = false },
                ],
            }, "/items/0/course_id", "/items/1/content_id", "/items/2/content_id", "/items/5");
        await RefusedAsync(new TrailDraft { Name = "Trilha", Items = [.. Enumerable.Repeat(Course(course.Id), 201)] }, "/items");
        Assert.Empty(await _campus.Get<TrailStore>().ListAsync(_campus.Institution.Id, null, 0, 10, Cancel));
    }

    [Fact]
    public async Task A_draft_holds_what_is_not_published_yet_and_is_published_when_all_of_it_is()
    {
        var course = await _campus.AddCourseAsync(new CourseSeed { Status = "draft" }, Cancel);
        var trail = await CreateAsync("draft", Course(course.Id));
        Assert.False(Assert.Single(trail.Items).IsOpen);

        var refused = Assert.IsType<Change<Trail>.Refused>(await EditAsync(trail.Id, draft => draft with { Status = "published" }));
        Assert.Equal("/items/0/course_id", Assert.Single(refused.Faults).Pointer);
        await SetStatusAsync(course.Id, "published");
        CampusNode.Made(await EditAsync(trail.Id, draft => draft with { Status = "published" }));
        await SetStatusAsync(course.Id, "archived");

        Assert.Equal("Outra", CampusNode.Made(await EditAsync(trail.Id, draft => draft with { Name = "Outra" })).Name);
    }

    [Fact]
    public async Task Nobody_joins_a_draft_or_an_archived_trail_nor_one_of_another_institution()
    {
        await using var elsewhere = await CampusNode.StartAsync(postgres, Cancel);
        var (user, stranger) = (await _campus.AddUserAsync(Cancel), await elsewhere.AddUserAsync(Cancel));
        var (draft, open) = (await CreateAsync("draft"), await CreateAsync("published"));

        Assert.IsType<Change<TrailParticipation>.Impossible>(await JoinAsync(draft.Id, user.Id));
        Assert.Equal(
            "/user_id", Assert.Single(Assert.IsType<Change<TrailParticipation>.Refused>(await JoinAsync(open.Id, stranger.Id)).Faults).Pointer);
        Assert.IsType<Change<TrailParticipation>.Unknown>(
            await elsewhere.Get<JoinTrail>().RunAsync(elsewhere.Institution, open.Id, stranger.Id, Cancel));
        CampusNode.Made(await JoinAsync(open.Id, user.Id));
        CampusNode.Made(await EditAsync(open.Id, trail => trail with { Status = "archived" }));
        CampusNode.Made(await JoinAsync(open.Id, user.Id));
        Assert.IsType<Change<TrailParticipation>.Impossible>(await JoinAsync(open.Id, (await _campus.AddUserAsync(Cancel)).Id));
    }

    [Fact]
    public async Task Only_a_draft_is_deleted_and_what_was_published_is_no_draft_again()
    {
        var (draft, open) = (await CreateAsync("draft", Course(await CourseAsync())), await CreateAsync("published"));

        Assert.IsType<Change<Trail>.Impossible>(await Editing.DeleteAsync(_campus.Institution, open.Id, Cancel));
        Assert.IsType<Change<Trail>.Impossible>(await EditAsync(open.Id, trail => trail with { Status = "draft" }));
        CampusNode.Made(await Editing.DeleteAsync(_campus.Institution, draft.Id, Cancel));
        Assert.IsType<Change<Trail>.Unknown>(await Editing.DeleteAsync(_campus.Institution, draft.Id, Cancel));
    }

    [Fact]
    public async Task A_learner_sees_of_each_item_whether_it_is_done()
    {
        var (user, done, open) = ((await _campus.AddUserAsync(Cancel)).Id, await CourseAsync(), await CourseAsync());
        var trail = await CreateAsync("published", Course(open), Course(done));
        await _campus.CompleteCourseAsync(user, done, Cancel);

        var steps = await _campus.Get<TrailProgress>().StepsAsync(_campus.Institution.Id, trail, user, Cancel);

        Assert.Equal([(open, false), (done, true)], steps.Select(s => (s.Item.CourseId!.Value, s.IsDone)));
    }

    [Theory]
    [InlineData(TrailStatus.Draft, TrailStatus.Published, true)]
    [InlineData(TrailStatus.Draft, TrailStatus.Archived, true)]
    [InlineData(TrailStatus.Published, TrailStatus.Archived, true)]
    [InlineData(TrailStatus.Archived, TrailStatus.Published, true)]
    [InlineData(TrailStatus.Published, TrailStatus.Draft, false)]
    [InlineData(TrailStatus.Archived, TrailStatus.Draft, false)]
    [InlineData(TrailStatus.Draft, TrailStatus.Draft, true)]
    public void States_follow_one_another(TrailStatus from, TrailStatus to, bool can) => Assert.Equal(can, TrailRules.CanBecome(from, to));

    private static TrailItemDraft Course(long id) => new() { CourseId = id };

    private static TrailItemDraft Content(long id) => new() { ContentId = id };

    private async Task<long> CourseAsync() => (await _campus.AddCourseAsync(Cancel)).Id;

    private async Task<Trail> CreateAsync(string status, params TrailItemDraft[] items) => CampusNode.Made(
        await Editing.CreateAsync(_campus.Institution, new TrailDraft { Name = "Trilha", Status = status, Items = items }, Cancel));

    private async Task RefusedAsync(TrailDraft draft, params string[] pointers)
    {
        var refused = Assert.IsType<Change<Trail>.Refused>(await Editing.CreateAsync(_campus.Institution, draft, Cancel));
        Assert.Equal(pointers, refused.Faults.Select(f => f.Pointer));
    }

    private Task<Change<Trail>> EditAsync(long id, Func<TrailDraft, TrailDraft> change, int? confirmed = null) =>
        Editing.UpdateAsync(_campus.Institution, id, change, confirmed, Cancel);

    private Task<Change<Trail>> TakeOutAsync(long id, long courseId, int? confirmed) =>
        EditAsync(id, draft => draft with { Items = [.. draft.Items.Where(i => i.CourseId != courseId)] }, confirmed);

    private async Task<Trail> FindAsync(long id) => (await _campus.Get<TrailStore>().FindAsync(_campus.Institution.Id, id, Cancel))!;

    private Task<Change<TrailParticipation>> JoinAsync(long trailId, long userId) =>
        _campus.Get<JoinTrail>().RunAsync(_campus.Institution, trailId, userId, Cancel);

    private async Task<long> JoinedAsync(long trailId)
    {
        var user = await _campus.AddUserAsync(Cancel);
        CampusNode.Made(await JoinAsync(trailId, user.Id));
        return user.Id;
    }

    private Task<long> SetStatusAsync(long courseId, string status) => _campus.NumberAsync(
        "update courses set status = $3 where institution_id = $1 and id = $2 returning id", Cancel, _campus.Institution.Id, courseId, status);
}
