using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Http.Metadata;
using Sineta.Server.Pages;
using Sineta.Server.Tests.Api;

namespace Sineta.Server.Tests.Pages;

/// <summary>Forms that cannot be read are told so, whoever sends them.</summary>
public sealed class FormRefusalTests(ApiServer server) : IClassFixture<ApiServer>
{
    private const string Urlencoded = "application/x-www-form-urlencoded";

    public static TheoryData<string, string> Unreadable => new()
    {
        { Urlencoded, string.Join('&', Enumerable.Range(0, 1025).Select(i => $"a{i}=1")) },
        { Urlencoded, "theme=da%00rk" },
        { "multipart/form-data", "theme" },
        { "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"theme\"\r\n\r\nda" },
    };

    [Theory]
    [MemberData(nameof(Unreadable))]
    public async Task A_form_that_cannot_be_read_is_a_bad_one_and_no_fault_of_ours(string mediaType, string body)
    {
        using var client = new PageClient(server.Address);
        foreach (var path in new[] { "/preferences", "/sign-in" })
        {
            var answer = await client.PostContentAsync(path, Content(mediaType, body));
            Assert.Equal((HttpStatusCode.BadRequest, "text/html"), (answer.Status, answer.MediaType));
            Assert.Contains("The form could not be accepted", answer.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_sign_that_no_database_takes_is_refused_in_a_form_of_parts_too()
    {
        using var client = new PageClient(server.Address);
        var answer = await client.UploadAsync("/sign-in", "", ("email", "a\0b@example.com"), ("password", "correct horse"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
    }

    [Fact]
    public async Task A_form_without_files_has_room_for_what_people_type()
    {
        using var client = new PageClient(server.Address, "pt-BR");
        var answer = await client.PostContentAsync("/sign-in", Content(Urlencoded, "email=" + new string('a', 300 * 1024)));
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "text/html"), (answer.Status, answer.MediaType));
        Assert.Contains("Isto é grande demais", answer.Text, StringComparison.Ordinal);
        using var chunked = Content(Urlencoded, "email=" + new string('a', 300 * 1024));
        Assert.Equal(
            HttpStatusCode.RequestEntityTooLarge, (await client.PostContentAsync("/sign-in", new ChunkedContent(chunked))).Status);

        using var author = new PageClient(server.Address).As(server, Roles.Operator, institution: 1);
        Assert.Equal(
            HttpStatusCode.UnprocessableEntity, (await author.UploadAsync("/manage/courses", new byte[300 * 1024], ("name", ""))).Status);
        foreach (var route in server.Routes.Where(r => r.Metadata.GetMetadata<PageRoute>() is not null))
            Assert.NotNull(route.Metadata.GetMetadata<IRequestSizeLimitMetadata>()?.MaxRequestBodySize);
    }

    private static ByteArrayContent Content(string mediaType, string body) =>
        new(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = MediaTypeHeaderValue.Parse(mediaType) } };

    private sealed class ChunkedContent : HttpContent
    {
        private readonly HttpContent _inner;

        public ChunkedContent(HttpContent inner)
        {
            _inner = inner;
            Headers.ContentType = inner.Headers.ContentType;
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => _inner.CopyToAsync(stream);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
