using System.Text.Json;
using Sineta.Learning.Trails;
using Sineta.Testing;

namespace Sineta.Learning.Tests.Trails;

public sealed class TrailFinishingTests(Postgres postgres) : IAsyncLifetime
{
    private CampusNode _campus = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _campus = await CampusNode.StartAsync(postgres, Cancel);

    public ValueTask DisposeAsync() => _campus.DisposeAsync();

    [Fact]
    public async Task R11_A_trail_is_finished_by_what_it_requires_in_whatever_enrolment_and_told_once()
    {
        var (user, course, content) = (await UserAsync(), await CourseAsync(), (await _campus.AddCourseAsync(Cancel)).ContentIds[0]);
        var aside = await CourseAsync();
        var trail = await TrailAsync(Course(course), Content(content), Course(aside) with { Required = false });
        await JoinAsync(trail.Id, user);

        await _campus.CompleteCourseAsync(user, course, Cancel);
        Assert.Equal((1, 2, null), StandOf(await ParticipantAsync(trail.Id)));
        Assert.Empty(await _campus.EventsAsync(Cancel));
        await _campus.CompleteContentAsync(user, content, Cancel);
        await _campus.CompleteCourseAsync(user, course, Cancel);
        await _campus.CompleteCourseAsync(user, aside, Cancel);

        Assert.Equal((2, 2, _campus.Time.GetUtcNow()), StandOf(await ParticipantAsync(trail.Id)));
        var told = Assert.Single(await _campus.EventsAsync(Cancel));
        Assert.Equal(("activities.trail.completed", $"campus/user:{user}/trail:{trail.Id}"), (told.Slug, told.DedupeKey));
        Assert.Equal((user, "2026-03-10 12:00:00"), (told.Data.GetProperty("user").GetProperty("id").GetInt64(), FinishedAt(told.Data)));
        Assert.Equal([course, aside], CoursesOf(told));
    }

    [Fact]
    public async Task R11_What_was_completed_before_joining_counts()
    {
        var (user, course) = (await UserAsync(), await CourseAsync());
        var trail = await TrailAsync(Course(course));
        await _campus.CompleteCourseAsync(user, course, Cancel);
        Assert.Empty(await _campus.EventsAsync(Cancel));

        var joined = await JoinAsync(trail.Id, user);
        Assert.Equal(joined, await JoinAsync(trail.Id, user));

        Assert.Equal(joined.JoinedAt, joined.FinishedAt);
        Assert.Single(await _campus.EventsAsync(Cancel));
    }

    [Fact]
    public async Task R11_One_completion_finishes_every_trail_that_waited_for_it_in_their_order_under_one_correlation()
    {
        var (user, course) = (await UserAsync(), await CourseAsync());
        var (second, first) = (await TrailAsync(Course(course)), await TrailAsync(Course(course)));
        await JoinAsync(first.Id, user);
        await JoinAsync(second.Id, user);

        await _campus.CompleteCourseAsync(user, course, Cancel);

        var told = await _campus.EventsAsync(Cancel);
        Assert.Equal([$"campus/user:{user}/trail:{second.Id}", $"campus/user:{user}/trail:{first.Id}"], told.Select(e => e.DedupeKey));
        Assert.Single(told.Select(e => e.Correlation).Distinct());
    }

    [Fact]
    public async Task R11_Nobody_finishes_by_what_another_learner_completed_or_without_joining()
    {
        var (user, other, course) = (await UserAsync(), await UserAsync(), await CourseAsync());
        var trail = await TrailAsync(Course(course));
        await JoinAsync(trail.Id, user);

        await _campus.CompleteCourseAsync(other, course, Cancel);

        Assert.Empty(await _campus.EventsAsync(Cancel));
    }

    [Fact]
    public async Task R12_A_trail_that_requires_nothing_never_finishes()
    {
        var (user, course) = (await UserAsync(), await CourseAsync());
        var (empty, optional) = (await TrailAsync(), await TrailAsync(Course(course) with { Required = false }));
        await JoinAsync(empty.Id, user);
        await JoinAsync(optional.Id, user);

        await _campus.CompleteCourseAsync(user, course, Cancel);

        Assert.Empty(await _campus.EventsAsync(Cancel));
        Assert.Equal((0, 0, null), StandOf(await ParticipantAsync(optional.Id)));
    }

    [Fact]
    public async Task R11_Two_last_completions_at_once_finish_the_trail_once()
    {
        for (var round = 0; round < 20; round++)
        {
            var (user, one, other) = (await UserAsync(), await CourseAsync(), await CourseAsync());
            var trail = await TrailAsync(Course(one), Course(other));
            await JoinAsync(trail.Id, user);

            await Task.WhenAll(_campus.CompleteCourseAsync(user, one, Cancel), _campus.CompleteCourseAsync(user, other, Cancel));

            Assert.Equal(round + 1, (await _campus.EventsAsync(Cancel)).Count);
        }
    }

    [Fact]
    public async Task R11_Joining_while_the_last_completion_is_made_finishes_the_trail_once()
    {
        for (var round = 0; round < 20; round++)
        {
            var (user, course) = (await UserAsync(), await CourseAsync());
            var trail = await TrailAsync(Course(course));

            await Task.WhenAll(_campus.CompleteCourseAsync(user, course, Cancel), JoinAsync(trail.Id, user));

            Assert.Equal(round + 1, (await _campus.EventsAsync(Cancel)).Count);
        }
    }

    [Fact]
    public async Task R11_Taking_an_item_out_while_the_other_one_is_completed_finishes_the_trail_once()
    {
        for (var round = 0; round < 20; round++)
        {
            var (user, one, other) = (await UserAsync(), await CourseAsync(), await CourseAsync());
            var trail = await TrailAsync(Course(one), Course(other));
            await JoinAsync(trail.Id, user);

            await Task.WhenAll(_campus.CompleteCourseAsync(user, one, Cancel), TakeOutAsync(trail.Id, other));

            Assert.Equal(round + 1, (await _campus.EventsAsync(Cancel)).Count);
        }
    }

    [Fact]
    public async Task R11_Joining_while_an_item_is_taken_out_finishes_the_trail_once()
    {
        for (var round = 0; round < 20; round++)
        {
            var (user, one, other) = (await UserAsync(), await CourseAsync(), await CourseAsync());
            var trail = await TrailAsync(Course(one), Course(other));
            await _campus.CompleteCourseAsync(user, one, Cancel);

            await Task.WhenAll(JoinAsync(trail.Id, user), TakeOutAsync(trail.Id, other));

            Assert.Equal(round + 1, (await _campus.EventsAsync(Cancel)).Count);
        }
    }

    [Fact]
    public async Task R20_Who_is_renamed_and_what_is_renamed_after_the_finish_stay_as_they_were_told()
    {
        var (user, course) = (await UserAsync(), await CourseAsync());
        var trail = await TrailAsync(Course(course));
        await JoinAsync(trail.Id, user);
        await _campus.CompleteCourseAsync(user, course, Cancel);
        var told = Assert.Single(await _campus.EventsAsync(Cancel)).Body;

        CampusNode.Made(await EditAsync(trail.Id, draft => draft with { Name = "Outra", Items = [] }));

        Assert.Equal(told, Assert.Single(await _campus.EventsAsync(Cancel)).Body);
    }

    private static TrailItemDraft Course(long id) => new() { CourseId = id };

    private static TrailItemDraft Content(long id) => new() { ContentId = id };

    private static (int Done, int Required, DateTimeOffset? FinishedAt) StandOf(TrailParticipation way) => (way.Done, way.Required, way.FinishedAt);

    private static string? FinishedAt(JsonElement data) => data.GetProperty("trail").GetProperty("finished_at").GetString();

    private static long[] CoursesOf(ToldEvent told) =>
        [.. told.Data.GetProperty("trail").GetProperty("courses").EnumerateArray().Select(c => c.GetProperty("id").GetInt64())];

    private async Task<long> UserAsync() => (await _campus.AddUserAsync(Cancel)).Id;

    private async Task<long> CourseAsync() => (await _campus.AddCourseAsync(Cancel)).Id;

    private async Task<Trail> TrailAsync(params TrailItemDraft[] items) => CampusNode.Made(await _campus.Get<TrailEditing>().CreateAsync(
        _campus.Institution, new TrailDraft { Name = "Trilha do marceneiro", Status = "published", Items = items }, Cancel));

    private async Task<TrailParticipation> JoinAsync(long trailId, long userId) =>
        CampusNode.Made(await _campus.Get<JoinTrail>().RunAsync(_campus.Institution, trailId, userId, Cancel));

    // As who edits does: confirms what was counted, and counts again where that has changed meanwhile.
    private async Task TakeOutAsync(long trailId, long courseId)
    {
        int? confirmed = null;
        while (await EditAsync(trailId, draft => draft with { Items = [.. draft.Items.Where(i => i.CourseId != courseId)] }, confirmed)
               is Change<Trail>.Unconfirmed(var count))
            confirmed = count;
    }

    private Task<Change<Trail>> EditAsync(long trailId, Func<TrailDraft, TrailDraft> change, int? confirmed = null) =>
        _campus.Get<TrailEditing>().UpdateAsync(_campus.Institution, trailId, change, confirmed, Cancel);

    private async Task<TrailParticipation> ParticipantAsync(long trailId) =>
        Assert.Single(await _campus.Get<TrailProgress>().ParticipantsAsync(_campus.Institution.Id, trailId, 0, 10, Cancel));
}
