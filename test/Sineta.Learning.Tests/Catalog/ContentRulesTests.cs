using Sineta.Learning.Catalog;
using static Sineta.Learning.Tests.Catalog.CatalogFixture;

namespace Sineta.Learning.Tests.Catalog;

public sealed class ContentRulesTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);

    /// <summary>A content of a kind, as it has to be at least.</summary>
    private static ContentDraft Least(string kind) => new ContentDraft { Kind = kind, Title = "Aula" } switch
    {
        { Kind: "text" } draft => draft with { Body = "# Madeira" },
        { Kind: "live" } draft => draft with { Url = "https://example.com/", StartsAt = Start },
        { Kind: "quiz" } draft => draft,
        var draft => draft with { Url = "https://example.com/a" },
    };

    [Theory]
    [InlineData("text"), InlineData("video"), InlineData("audio"), InlineData("pdf"), InlineData("live"), InlineData("quiz")]
    public void A_content_needs_its_title_and_what_its_kind_needs_and_nothing_more(string kind) =>
        Assert.Empty(ContentRules.Check(Least(kind)).Faults);

    [Theory]
    [InlineData("text", "/file_id /max_attempts /questions /required_share /starts_at /url")]
    [InlineData("video", "/max_attempts /questions /starts_at /url")]
    [InlineData("audio", "/max_attempts /questions /starts_at /url")]
    [InlineData("pdf", "/max_attempts /questions /required_share /starts_at /url")]
    [InlineData("live", "/file_id /max_attempts /questions /required_share")]
    [InlineData("quiz", "/file_id /required_share /starts_at /url")]
    public void A_kind_refuses_what_is_another_kinds_all_at_once(string kind, string pointers)
    {
        var everything = new ContentDraft
        {
            Kind = kind,
            Title = "Aula",
            Body = "a",
            Url = "https://example.com/",
            FileId = "file_1",
            RequiredShare = 50,
            StartsAt = Start,
            MaxAttempts = 2,
            Questions = [Choice(1)],
        };
        Assert.Equal(pointers, Pointers(everything));
    }

    [Theory]
    [InlineData("text", "/body"), InlineData("video", "/url"), InlineData("audio", "/url"), InlineData("pdf", "/url")]
    [InlineData("live", "/starts_at /url"), InlineData("quiz", "/questions"), InlineData("film", "/kind"), InlineData(null, "/kind")]
    [InlineData("Text", "/kind")]
    public void A_published_content_without_anything_lacks_what_its_kind_needs(string? kind, string pointers) =>
        Assert.Equal(pointers, Pointers(new ContentDraft { Kind = kind, Title = "Aula", Published = true }));

    [Theory]
    [InlineData("https://example.com/v.mp4", true)]
    [InlineData("http://example.com:8080/a?b=c#d", true), InlineData(" https://example.com ", true)]
    [InlineData("javascript:alert(1)", false), InlineData("data:text/html,a", false), InlineData("ftp://example.com/", false)]
    [InlineData("//example.com/a", false), InlineData("/a", false), InlineData("https://", false), InlineData("https://a b/", false)]
    [InlineData("https://user:secret@example.com/", false)]
    [InlineData("https://example.com/\n", true), InlineData("https://exa\0mple.com/", false)]
    public void Only_http_and_https_URLs_without_credentials_are_taken(string url, bool taken) =>
        Assert.Equal(taken ? "" : "/url", Pointers(Least("video") with { Url = url }));

    [Fact]
    public void A_URL_has_at_most_2048_characters() =>
        Assert.Equal(["", "/url"], new[] { 2048, 2049 }.Select(n => Pointers(Least("pdf") with { Url = "https://a/".PadRight(n, 'a') })));

    [Theory]
    [InlineData(null, 90), InlineData(1, 1), InlineData(100, 100)]
    public void A_medium_is_played_to_the_share_that_is_given_or_90_percent(int? given, int kept) =>
        Assert.Equal(kept, ContentRules.Check(Least("audio") with { RequiredShare = given }).Canonical.RequiredShare);

    [Theory]
    [InlineData("title", "/title"), InlineData("position", "/position")]
    [InlineData("share", "/required_share"), InlineData("body", "/body")]
    [InlineData("explanation", "/explanation"), InlineData("null character", "/explanation")]
    public void What_is_out_of_bounds_is_a_fault(string what, string pointer)
    {
        var video = Least("video");
        Assert.Equal(pointer, Pointers(what switch
        {
            "title" => video with { Title = new string('a', 256) },
            "position" => video with { Position = 0 },
            "share" => video with { RequiredShare = 101 },
            "body" => video with { Body = new string('é', 64 * 1024 + 1) },
            "explanation" => video with { Explanation = new string('é', 8 * 1024 + 1) },
            _ => video with { Explanation = "a\0b" },
        }));
    }

    [Theory]
    [InlineData(0, "/max_attempts"), InlineData(1, ""), InlineData(1000, ""), InlineData(1001, "/max_attempts"), InlineData(null, "")]
    public void A_quiz_may_bound_its_attempts(int? attempts, string pointers) =>
        Assert.Equal(pointers, Pointers(Least("quiz") with { MaxAttempts = attempts }));

    [Fact]
    public void A_quiz_has_at_most_100_questions()
    {
        Assert.Equal("", Pointers(Quiz([.. Enumerable.Repeat(Choice(1), 100)])));
        Assert.Equal("/questions", Pointers(Quiz([.. Enumerable.Repeat(Choice(5), 101)])));
    }

    [Theory]
    [InlineData(ContentKind.Video, "video/mp4", true), InlineData(ContentKind.Audio, "audio/wav", true)]
    [InlineData(ContentKind.Pdf, "application/pdf", true), InlineData(ContentKind.Video, "audio/wav", false)]
    [InlineData(ContentKind.Text, "application/pdf", false), InlineData(ContentKind.Quiz, "video/mp4", false)]
    public void A_file_is_taken_by_the_kind_that_shows_it(ContentKind kind, string mediaType, bool taken) =>
        Assert.Equal(taken, ContentRules.Takes(kind, mediaType));

    private static string Pointers(ContentDraft draft) =>
        string.Join(' ', ContentRules.Check(draft).Faults.Select(f => f.Pointer).Order(StringComparer.Ordinal));
}
