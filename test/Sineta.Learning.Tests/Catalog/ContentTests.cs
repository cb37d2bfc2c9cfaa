using Sineta.Learning.Catalog;
using Sineta.Testing;
using static Sineta.Learning.Tests.Catalog.CatalogFixture;

namespace Sineta.Learning.Tests.Catalog;

public sealed class ContentTests(Postgres postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_course_shows_its_lessons_and_contents_in_the_order_to_which_they_were_moved()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var course = await campus.AddDraftAsync(Cancel);
        var second = await campus.AddLessonAsync(course.Id, Cancel, "segunda");
        var first = await campus.AddLessonAsync(course.Id, Cancel, "primeira", position: 1);
        foreach (var title in new[] { "a", "b", "c", "d" })
            await campus.AddContentAsync(first.Id, Text(title), Cancel);
        Assert.Equal(
            [("primeira", 1), ("segunda", 2)], (await OutlineAsync(campus, course)).Select(l => (l.Lesson.Title, l.Lesson.Position)));

        await MoveAsync(campus, course, "d", 2);
        Assert.Equal("a1 d2 b3 c4", await OrderAsync(campus, course));
        await MoveAsync(campus, course, "a", 99);
        Assert.Equal("d1 b2 c3 a4", await OrderAsync(campus, course));
        await MoveAsync(campus, course, "d", 3);
        Assert.Equal("b1 c2 d3 a4", await OrderAsync(campus, course));
        var gone = await FindAsync(campus, course, "c");
        await campus.CommitAsync(transaction => ContentStore.RemoveAsync(transaction, gone.Id, Cancel), Cancel);
        Assert.Equal("b1 d2 a3", await OrderAsync(campus, course));
        Assert.Null(await campus.Get<ContentStore>().FindAsync(campus.Institution.Id, gone.Id, Cancel));

        var within = await FindAsync(campus, course, "b");
        await campus.CommitAsync(transaction => LessonStore.RemoveAsync(transaction, first.Id, Cancel), Cancel);
        Assert.Equal((second.Id, 1), Assert.Single((await OutlineAsync(campus, course)).Select(l => (l.Lesson.Id, l.Lesson.Position))));
        Assert.Null(await campus.Get<ContentStore>().FindAsync(campus.Institution.Id, within.Id, Cancel));
    }

    [Fact]
    public async Task A_content_is_found_as_it_was_given_and_what_is_not_given_is_as_documented()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var lesson = await campus.AddLessonAsync((await campus.AddDraftAsync(Cancel)).Id, Cancel);
        var video = await campus.AddContentAsync(
            lesson.Id, new ContentDraft { Kind = "video", Title = " Serra ", Url = "https://example.com/v.mp4", Explanation = " " }, Cancel);

        Assert.Equal(video, await campus.Get<ContentStore>().FindAsync(campus.Institution.Id, video.Id, Cancel));
        Assert.Equal(
            new Content(video.Id, lesson.CourseId, lesson.Id, ContentKind.Video, "Serra", 1, Published: false, Required: true, Body: null,
                "https://example.com/v.mp4", FileId: null, 90, StartsAt: null, MaxAttempts: null, Explanation: null), video);
        var live = await campus.AddContentAsync(
            lesson.Id,
            new ContentDraft { Kind = "live", Title = "Ao vivo", Url = "https://example.com/", StartsAt = campus.Time.GetUtcNow() }, Cancel);
        Assert.Equal(campus.Time.GetUtcNow(), live.StartsAt);
    }

    [Fact]
    public async Task A_quiz_keeps_the_questions_that_are_given_with_their_ids_takes_new_ones_and_lets_the_others_go()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var lesson = await campus.AddLessonAsync((await campus.AddDraftAsync(Cancel)).Id, Cancel);
        var quiz = await campus.AddContentAsync(lesson.Id, Quiz(Choice(1), Choice(0, 2)) with { Published = true, MaxAttempts = 3 }, Cancel);
        var before = await QuestionsAsync(campus, quiz);
        Assert.Equal([QuestionKind.Single, QuestionKind.Multiple], before.Select(q => q.Kind));

        var shortText = new QuestionDraft { Kind = "short_text", Text = "Diga uma.", RightTexts = ["Ipê"], Points = 2.25m };
        CampusNode.Made(await UpdateAsync(
            campus, quiz, d => d with { Questions = [shortText, d.Questions[1] with { Points = 3, Explanation = "Porque sim." }] }));
        var after = await QuestionsAsync(campus, quiz);
        Assert.Equal([2.25m, 3m], after.Select(q => q.Points));
        Assert.Equal((before[1].Id, 2, "Porque sim."), (after[1].Id, after[1].Position, after[1].Explanation));
        Assert.Equal(["Ipê"], after[0].RightTexts);

        Assert.Equal(["/questions"], PointersOf(await UpdateAsync(campus, quiz, d => d with { Questions = [] })));
        Assert.Equal(
            ["/questions/0/id", "/questions/2/id"],
            PointersOf(await UpdateAsync(
                campus, quiz, d => d with { Questions = [Choice(1) with { Id = before[0].Id }, d.Questions[1], d.Questions[1]] })));
        Assert.Equal(after.Select(q => q.Id), (await QuestionsAsync(campus, quiz)).Select(q => q.Id));
    }

    [Fact]
    public async Task A_content_stays_of_its_kind()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var lesson = await campus.AddLessonAsync((await campus.AddDraftAsync(Cancel)).Id, Cancel);
        var text = await campus.AddContentAsync(lesson.Id, Text(), Cancel);
        Assert.Equal(["/kind"], PointersOf(await UpdateAsync(
            campus, text, d => d with { Kind = "pdf", Body = null, Url = "https://example.com/a.pdf" })));
    }

    [Fact]
    public async Task Contents_that_are_made_at_once_stand_each_in_a_place_of_its_own()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var course = await campus.AddDraftAsync(Cancel);
        var lesson = await campus.AddLessonAsync(course.Id, Cancel);
        await Task.WhenAll(
            Enumerable.Range(0, 12).Select(i => campus.AddContentAsync(lesson.Id, Text($"t{i}") with { Position = 1 }, Cancel)));
        var contents = Assert.Single(await OutlineAsync(campus, course)).Contents;
        Assert.Equal(Enumerable.Range(1, 12), contents.Select(c => c.Position));
    }

    [Fact]
    public async Task A_content_goes_to_another_lesson_of_its_course_and_to_no_other()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var course = await campus.AddDraftAsync(Cancel);
        var first = await campus.AddLessonAsync(course.Id, Cancel, "primeira");
        var second = await campus.AddLessonAsync(course.Id, Cancel, "segunda");
        foreach (var title in new[] { "a", "b", "c" })
            await campus.AddContentAsync(first.Id, Text(title), Cancel);
        var only = await campus.AddContentAsync(second.Id, Text("d"), Cancel);

        var moved = await FindAsync(campus, course, "b");
        CampusNode.Made(await UpdateAsync(campus, moved, d => d with { LessonId = second.Id, Position = 1 }));
        Assert.Equal("a1 c2 b1 d2", await OrderAsync(campus, course));
        CampusNode.Made(await UpdateAsync(campus, moved, d => d with { LessonId = first.Id, Position = null }));
        Assert.Equal("a1 c2 b3 d1", await OrderAsync(campus, course));
        CampusNode.Made(await UpdateAsync(campus, only, d => d with { LessonId = null, Title = "D" }));
        Assert.Equal("a1 c2 b3 D1", await OrderAsync(campus, course));

        var elsewhere = await campus.AddLessonAsync((await campus.AddDraftAsync(Cancel)).Id, Cancel);
        foreach (var lesson in new[] { elsewhere.Id, long.MaxValue })
            Assert.Equal(["/lesson_id"], PointersOf(await UpdateAsync(campus, moved, d => d with { LessonId = lesson })));
        await campus.CommitAsync(transaction => LessonStore.RemoveAsync(transaction, second.Id, Cancel), Cancel);
        Assert.Equal(["/lesson_id"], PointersOf(await UpdateAsync(campus, moved, d => d with { LessonId = second.Id })));
        Assert.Equal("a1 c2 b3", await OrderAsync(campus, course));
        Assert.Equal(
            ["/lesson_id"],
            PointersOf(await campus.Get<ContentStore>().CreateAsync(
                campus.Institution, first.Id, Text() with { LessonId = elsewhere.Id }, Cancel)));
    }

    [Fact]
    public async Task Contents_that_change_lessons_at_once_stand_each_in_a_place_of_its_own()
    {
        await using var campus = await CampusNode.StartAsync(postgres, Cancel);
        var course = await campus.AddDraftAsync(Cancel);
        var lessons = new[] { await campus.AddLessonAsync(course.Id, Cancel), await campus.AddLessonAsync(course.Id, Cancel) };
        var contents = new List<Content>();
        for (var i = 0; i < 12; i++)
            contents.Add(await campus.AddContentAsync(lessons[i % 2].Id, Text($"t{i}"), Cancel));
        await Task.WhenAll(contents.Select((c, i) => UpdateAsync(campus, c, d => d with { LessonId = lessons[(i + 1) % 2].Id, Position = 1 })));
        Assert.All(await OutlineAsync(campus, course), l => Assert.Equal(Enumerable.Range(1, 6), l.Contents.Select(c => c.Position)));
    }

    private static Task<Change<Content>> UpdateAsync(CampusNode campus, Content content, Func<ContentDraft, ContentDraft> change) =>
        campus.CommitAsync(transaction => ContentStore.UpdateAsync(transaction, content.Id, change, Cancel), Cancel);

    private static async Task MoveAsync(CampusNode campus, Course course, string title, int position) =>
        CampusNode.Made(await UpdateAsync(campus, await FindAsync(campus, course, title), d => d with { Position = position }));

    private static async Task<Content> FindAsync(CampusNode campus, Course course, string title) =>
        (await OutlineAsync(campus, course)).SelectMany(l => l.Contents).Single(c => c.Title == title);

    private static async Task<string> OrderAsync(CampusNode campus, Course course) =>
        string.Join(' ', (await OutlineAsync(campus, course)).SelectMany(l => l.Contents).Select(c => $"{c.Title}{c.Position}"));

    private static async Task<IReadOnlyList<OutlinedLesson>> OutlineAsync(CampusNode campus, Course course) =>
        (await campus.Get<CourseCatalog>().OutlineAsync(campus.Institution.Id, course.Id, Cancel))!.Lessons;

    private static Task<IReadOnlyList<Question>> QuestionsAsync(CampusNode campus, Content quiz) =>
        campus.Get<QuestionStore>().ListAsync(campus.Institution.Id, quiz.Id, Cancel);
}
