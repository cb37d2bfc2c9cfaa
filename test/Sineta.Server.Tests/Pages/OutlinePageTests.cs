using System.Net;
using Sineta.Server.Pages;
using Sineta.Server.Tests.Api;

namespace Sineta.Server.Tests.Pages;

/// <summary>Contents that go from lesson to lesson, without JavaScript and by the API.</summary>
public sealed class OutlinePageTests(ApiServer server) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task Buttons_at_the_end_of_a_lesson_lead_into_the_next_one_and_back()
    {
        var (client, api, outline) = await NewCourseAsync();
        var b = outline.Contents[1];
        var page = await client.GetAsync(outline.Course);
        Assert.Contains($"value=\"{outline.Lessons[1]}/1\" aria-label=\"Move b to Second\"", page.Text, StringComparison.Ordinal);
        await client.PostAsync($"/manage/contents/{b}/move", ("position", $"{outline.Lessons[1]}/1"));
        Assert.Equal("First: a. Second: b c.", await OrderAsync(api, outline));
        page = await client.GetAsync(outline.Course);
        Assert.Contains($"value=\"{outline.Lessons[0]}/2\" aria-label=\"Move b to First\"", page.Text, StringComparison.Ordinal);
        await client.PostAsync($"/manage/contents/{b}/move", ("position", "2"));
        Assert.Equal("First: a. Second: c b.", await OrderAsync(api, outline));
        await client.PostAsync($"/manage/contents/{b}/move", ("position", $"{outline.Lessons[0]}/1"));
        Assert.Equal("First: b a. Second: c.", await OrderAsync(api, outline));
    }

    [Fact]
    public async Task A_contents_form_moves_it_to_the_end_of_the_lesson_that_is_chosen_and_says_where_that_cannot_be()
    {
        var (client, api, outline) = await NewCourseAsync();
        var a = $"/manage/contents/{outline.Contents[0]}";
        (string, string)[] form = [("kind", "text"), ("title", "a"), ("body", "Read."), ("published", "1"), ("required", "1")];
        var page = await client.GetAsync(a);
        Assert.Contains($"<option value=\"{outline.Lessons[0]}\" selected>1. First</option>", page.Text, StringComparison.Ordinal);
        await client.PostAsync(a, [.. form, ("lesson_id", $"{outline.Lessons[1]}")]);
        Assert.Equal("First: b. Second: c a.", await OrderAsync(api, outline));
        await client.PostAsync(a, form);
        Assert.Equal("First: b. Second: c a.", await OrderAsync(api, outline));

        foreach (var lesson in new[] { "0", "x", $"{long.MaxValue}" })
        {
            var wrong = await client.PostAsync(a, [.. form, ("lesson_id", lesson)]);
            Assert.Equal((lesson, HttpStatusCode.UnprocessableEntity), (lesson, wrong.Status));
            Assert.Contains("id=\"lesson_id-faults\"", wrong.Text, StringComparison.Ordinal);
        }

        var lost = await client.FollowAsync(await client.PostAsync($"{a}/move", ("position", "0/1")));
        Assert.Contains("Is no lesson of the content's course.", lost.Text, StringComparison.Ordinal);
        Assert.Equal("First: b. Second: c a.", await OrderAsync(api, outline));
    }

    [Fact]
    public async Task The_api_moves_a_content_by_its_lesson_id_and_what_was_completed_of_it_stays_so()
    {
        var (_, api, outline) = await NewCourseAsync();
        var a = $"/v1/contents/{outline.Contents[0]}";
        var user = await server.AddUserAsync(_institution);
        await api.PatchAsync($"/v1/courses/{outline.CourseId}", new { status = "published" });
        var enrollment = (await api.PostAsync("/v1/enrollments", new { user_id = user, course_id = outline.CourseId }))
            .Ok(HttpStatusCode.Created).GetProperty("id").GetInt64();
        await api.PostAsync($"/v1/enrollments/{enrollment}/completions", new { content_id = outline.Contents[0] });

        var moved = (await api.PatchAsync(a, new { lesson_id = outline.Lessons[1], position = 1 })).Ok();
        Assert.Equal((outline.Lessons[1], 1), (moved.GetProperty("lesson_id").GetInt64(), moved.GetProperty("position").GetInt32()));
        Assert.Equal("First: b. Second: a c.", await OrderAsync(api, outline));
        Assert.Equal(33, (await api.GetAsync($"/v1/enrollments/{enrollment}")).Ok().GetProperty("progress").GetInt32());
        Assert.Equal(
            ["/lesson_id"], (await api.PatchAsync(a, new { lesson_id = 0 })).Is(HttpStatusCode.UnprocessableEntity, "invalid-body").Pointers);
    }

    private long _institution;

    /// <summary>A course of two lessons: a and b in the first, c in the second.</summary>
    private async Task<(PageClient Client, ApiClient Api, Outline Outline)> NewCourseAsync()
    {
        (var api, _institution) = await server.NewCampusAsync();
        var school = await MakeAsync(api, "/v1/schools", new { name = "Escola Azul" });
        var course = await MakeAsync(api, "/v1/courses", new { name = "First aid", school_id = school });
        var lessons = new List<long>();
        foreach (var title in new[] { "First", "Second" })
            lessons.Add(await MakeAsync(api, $"/v1/courses/{course}/lessons", new { title }));
        var contents = new List<long>();
        foreach (var (title, lesson) in new[] { ("a", 0), ("b", 0), ("c", 1) })
        {
            contents.Add(await MakeAsync(
                api, $"/v1/lessons/{lessons[lesson]}/contents", new { kind = "text", title, body = "Read.", published = true }));
        }

        return (new PageClient(server.Address).As(server, Roles.Manager, _institution, userId: long.MaxValue), api, new(course, lessons, contents));
    }

    private static async Task<long> MakeAsync(ApiClient api, string path, object body) =>
        (await api.PostAsync(path, body)).Ok(HttpStatusCode.Created).GetProperty("id").GetInt64();

    private static async Task<string> OrderAsync(ApiClient api, Outline outline)
    {
        var lessons = (await api.GetAsync($"/v1/courses/{outline.CourseId}")).Ok().GetProperty("lessons").EnumerateArray();
        return string.Join(' ', lessons.Select(lesson =>
        {
            var titles = lesson.GetProperty("contents").EnumerateArray().Select(content => content.GetProperty("title").GetString());
            return $"{lesson.GetProperty("title").GetString()}: {string.Join(' ', titles)}.";
        }));
    }

    private sealed record Outline(long CourseId, IReadOnlyList<long> Lessons, IReadOnlyList<long> Contents)
    {
        public string Course => $"/manage/courses/{CourseId}";
    }
}
