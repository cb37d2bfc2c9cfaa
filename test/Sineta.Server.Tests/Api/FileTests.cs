using System.Net;
using System.Net.Http.Headers;

namespace Sineta.Server.Tests.Api;

public sealed class FileTests(ApiServer server) : IClassFixture<ApiServer>
{
    private const int Mega = 1024 * 1024;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_comes_back_byte_for_byte_whole_or_by_any_range_and_never_as_something_to_run()
    {
        using var client = await server.NewInstitutionAsync();
        var video = Video(2 * Mega + 12_345);
        var made = (await client.PostBytesAsync("/v1/files?name=Aula%20%C3%A0s%208.webm", video, "video/webm")).Ok(HttpStatusCode.Created);
        Assert.Equal(video.Length, made.GetProperty("size").GetInt64());

        using var whole = await FetchAsync(client, made.GetProperty("id").GetString()!);
        Assert.Equal(video, await whole.Content.ReadAsByteArrayAsync(Stop));
        Assert.Equal("video/webm", whole.Content.Headers.ContentType!.ToString());
        Assert.Equal("nosniff", whole.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.True(whole.Headers.CacheControl!.Private);
        Assert.Equal(("inline", "Aula às 8.webm"),
            (whole.Content.Headers.ContentDisposition!.DispositionType, whole.Content.Headers.ContentDisposition.FileNameStar));
        foreach (var (from, to) in new (long?, long?)[] { (0, 0), (512 * 1024 - 1, 512 * 1024), (1_000_000, null), (null, 100), (5, 3 * Mega) })
        {
            using var part = await FetchAsync(client, made.GetProperty("id").GetString()!, new RangeHeaderValue(from, to));
            Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
            var start = from is { } given ? (int)given : video.Length - 100;
            var end = from is null || to is null ? video.Length - 1 : (int)Math.Min(to.Value, video.Length - 1);
            Assert.Equal(video[start..(end + 1)], await part.Content.ReadAsByteArrayAsync(Stop));
        }
    }

    [Fact]
    public async Task Only_what_a_file_says_that_it_is_and_what_browsers_cannot_run_is_taken()
    {
        using var client = await server.NewInstitutionAsync();
        foreach (var type in new[] { "image/svg+xml", "text/html", "application/json", null })
        {
            (await client.PostBytesAsync("/v1/files?name=a", "<svg/>"u8.ToArray(), type))
                .Is(HttpStatusCode.UnsupportedMediaType, "unsupported-media-type");
        }

        (await client.PostBytesAsync("/v1/files?name=a", "<script>"u8.ToArray(), "image/png"))
            .Is(HttpStatusCode.UnprocessableEntity, "invalid-body");
        Assert.Equal(["?name", ""], (await client.PostBytesAsync("/v1/files", [], "image/png")).Pointers);
        (await client.PostBytesAsync("/v1/files?name=a&x=1", Samples.Pdf, "application/pdf")).Is(HttpStatusCode.BadRequest, "invalid-request");
    }

    [Fact]
    public async Task A_file_has_at_most_the_size_of_its_kind_also_where_its_length_is_not_told()
    {
        using var client = await server.NewInstitutionAsync();
        byte[] picture = [0xFF, 0xD8, 0xFF, .. new byte[Mega - 3]];
        (await client.PostBytesAsync("/v1/files?name=a.jpg", picture, "image/jpeg")).Ok(HttpStatusCode.Created);
        (await client.PostBytesAsync("/v1/files?name=a.jpg", [.. picture, 0], "image/jpeg"))
            .Is(HttpStatusCode.RequestEntityTooLarge, "too-large");
        using var chunked = new StreamContent(new UnknownLength([.. picture, 0]));
        chunked.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
        (await client.SendAsync(HttpMethod.Post, "/v1/files?name=a.jpg", chunked)).Is(HttpStatusCode.RequestEntityTooLarge, "too-large");
        (await client.PostBytesAsync("/v1/files?name=a.webm", Video(40 * Mega), "video/webm")).Ok(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_content_and_a_course_take_files_of_their_kind_and_of_their_institution_only()
    {
        using var client = await server.NewInstitutionAsync();
        using var other = await server.NewInstitutionAsync();
        var pdf = (await client.PostBytesAsync("/v1/files?name=a.pdf", Samples.Pdf, "application/pdf")).Ok(HttpStatusCode.Created)
            .GetProperty("id").GetString();
        var foreign = (await other.PostBytesAsync("/v1/files?name=a.pdf", Samples.Pdf, "application/pdf")).Ok(HttpStatusCode.Created)
            .GetProperty("id").GetString();
        var school = (await client.PostAsync("/v1/schools", new { name = "a" })).Ok(HttpStatusCode.Created).GetProperty("id").GetInt64();
        Assert.Equal(["/cover_id"], (await client.PostAsync("/v1/courses", new { school_id = school, name = "a", cover_id = pdf })).Pointers);
        var course = (await client.PostAsync("/v1/courses", new { school_id = school, name = "a" }))
            .Ok(HttpStatusCode.Created).GetProperty("id");
        var lesson = (await client.PostAsync($"/v1/courses/{course}/lessons", new { title = "a" }))
            .Ok(HttpStatusCode.Created).GetProperty("id");
        foreach (var (kind, file) in new[] { ("video", pdf), ("pdf", foreign), ("pdf", "file_1") })
        {
            Assert.Equal(
                ["/file_id"], (await client.PostAsync($"/v1/lessons/{lesson}/contents", new { kind, title = "a", file_id = file })).Pointers);
        }

        var made = (await client.PostAsync($"/v1/lessons/{lesson}/contents", new { kind = "pdf", title = "a", file_id = pdf }))
            .Ok(HttpStatusCode.Created);
        Assert.Equal(pdf, made.GetProperty("file_id").GetString());
    }

    private async Task<HttpResponseMessage> FetchAsync(ApiClient client, string id, RangeHeaderValue? range = null)
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/files/{id}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", client.Key);
        request.Headers.Range = range;
        return await http.SendAsync(request, Stop);
    }

    private static byte[] Video(int length)
    {
        var bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        new byte[] { 0x1A, 0x45, 0xDF, 0xA3 }.CopyTo(bytes, 0);
        return bytes;
    }

    /// <summary>Bytes that are sent in chunks.</summary>
    private sealed class UnknownLength(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
