using FsCheck;
using FsCheck.Fluent;
using Sineta.Learning.Certificates;
using Sineta.Learning.Enrollments;
using Sineta.Learning.Progress;
using Sineta.Testing;

namespace Sineta.Learning.Tests.Stories;

/// <summary>Whatever happens in whatever order, what is told and what is kept is what the rules say, each fact once.</summary>
public sealed class StoryTests(Postgres postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    // What learners do most is what stories have most of.
    private static readonly Gen<Act> Acts = Gen.Frequency(
        [.. Enum.GetValues<Act>().Select(act => (act is Act.Complete ? 12 : act is Act.Enroll or Act.View ? 4 : 1, Gen.Constant(act)))]);

    private static readonly Gen<Step> Steps =
        from act in Acts
        from who in Gen.Choose(0, 1)
        from course in Gen.Choose(0, 2)
        from content in Gen.Choose(0, 4)
        from flag in Gen.Elements(true, false)
        select new Step(act, who, course, content, flag);

    [Fact]
    public void R1_to_R18_Any_story_is_told_and_kept_as_the_rules_say() => Prop.ForAll(Steps.ListOf().ToArbitrary(), async steps =>
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var story = await Story.BeginAsync(campus, Cancel);
        foreach (var step in steps)
            await story.PlayAsync(step);

        var told = await campus.EventsAsync(Cancel);
        Assert.Equal(story.Model.Events.Select(e => (e.Slug, e.Key)), told.Select(e => (e.Slug["activities.".Length..], e.DedupeKey)));
        Assert.Equal(told.Count, told.Select(e => (e.Slug, e.DedupeKey)).Distinct().Count());
        var actions = story.Model.Events.Zip(told, static (model, kept) => (model.Action, kept.Correlation)).Distinct().ToList();
        Assert.Equal(actions.Count, actions.Select(a => a.Action).Distinct().Count());
        Assert.Equal(actions.Count, actions.Select(a => a.Correlation).Distinct().Count());
        foreach (var expected in story.Model.Enrollments)
            await AssertKeptAsync(campus, story.Model, expected);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(60).WithEndSize(60));

    private static async Task AssertKeptAsync(CampusNode campus, ModelCampus model, ModelEnrollment expected)
    {
        var institution = campus.Institution.Id;
        var kept = (await campus.Get<EnrollmentStore>().FindAsync(institution, expected.Id, Cancel))!;
        var required = await campus.Get<CompletionStore>().RequiredAsync(institution, kept.Id, kept.CourseId, Cancel);
        var completions = await campus.Get<CompletionStore>().ListAsync(institution, kept.Id, Cancel);
        var certificate = await campus.Get<CertificateStore>().FindAsync(institution, kept.Id, Cancel);
        var state = expected.Ended ?? (expected.LastDay < model.Today ? "expired" : expected.Suspended ? "suspended" : "active");

        Assert.Equal(state, Words.Of(kept.StateOn(new DateOnly(2026, 3, 10).AddDays(model.Today))));
        Assert.Equal(expected.IsCompleted, kept.CompletedAt is not null);
        Assert.Equal(model.Progress(expected), required.Progress(kept.CompletedAt is not null));
        Assert.Equal(expected.Done.Order(), completions.Where(c => c.CompletedAt is not null).Select(c => c.ContentId).Order());
        Assert.Equal(expected.Begun.Order(), completions.Select(c => c.ContentId).Order());
        Assert.Equal(expected.Certificate, certificate is null ? null : Words.Of(certificate.Type));
    }
}
