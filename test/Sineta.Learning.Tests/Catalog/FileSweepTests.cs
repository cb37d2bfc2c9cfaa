using Npgsql;
using Sineta.Delivery.Storage;
using Sineta.Learning.Catalog;
using Sineta.Testing;
using static Sineta.Learning.Tests.Catalog.CatalogFixture;

namespace Sineta.Learning.Tests.Catalog;

public sealed class FileSweepTests(Postgres postgres) : IAsyncLifetime
{
    private static readonly byte[] Png = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0, 0, 0, 0, 0];
    private static readonly byte[] Pdf = [.. "%PDF-1.7 and what follows"u8];

    private CampusNode _campus = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private FileSweep Sweep => _campus.Get<FileSweep>();

    public async ValueTask InitializeAsync() => _campus = await CampusNode.StartAloneAsync(postgres, Cancel);

    public ValueTask DisposeAsync() => _campus.DisposeAsync();

    [Fact]
    public async Task What_nothing_refers_to_for_more_than_a_day_goes_with_all_of_its_bytes_and_not_before()
    {
        var file = await UploadAsync();
        Assert.Equal(0, await Sweep.SweepAsync(Cancel));
        _campus.Time.Advance(TimeSpan.FromHours(24));
        Assert.Equal(0, await Sweep.SweepAsync(Cancel));
        Assert.True(await IsThereAsync(file));
        _campus.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, await Sweep.SweepAsync(Cancel));
        Assert.False(await IsThereAsync(file));
        Assert.Equal(0, await CountAsync("select count(*) from file_parts"));
    }

    [Fact]
    public async Task What_something_refers_to_stays_and_has_its_day_once_nothing_does_any_more()
    {
        var lesson = await _campus.AddLessonAsync((await _campus.AddDraftAsync(Cancel)).Id, Cancel);
        var (used, cover, logo) = (await UploadAsync(Pdf, "application/pdf"), await UploadAsync(), await UploadAsync());
        await SweepForDaysAsync(1);
        var content = await _campus.AddContentAsync(lesson.Id, Document(used), Cancel);
        CampusNode.Made(await _campus.Get<CourseStore>().UpdateAsync(
            _campus.Institution, lesson.CourseId, d => d with { CoverId = IdOf(cover) }, Cancel));
        var template = new CertificateTemplateDraft { Name = "Modelo", Title = "Certificado", Text = "{name}", LogoId = IdOf(logo) };
        CampusNode.Made(await _campus.Get<CertificateTemplateStore>().CreateAsync(_campus.Institution, template, Cancel));
        await SweepForDaysAsync(3);
        foreach (var file in new[] { used, cover, logo })
            Assert.True(await IsThereAsync(file));

        var next = await UploadAsync(Pdf, "application/pdf");
        CampusNode.Made(await _campus.CommitAsync(
            transaction => ContentStore.UpdateAsync(transaction, content.Id, d => d with { FileId = IdOf(next) }, Cancel), Cancel));
        await Sweep.SweepAsync(Cancel);
        Assert.True(await IsThereAsync(used));
        await SweepForDaysAsync(2);
        Assert.False(await IsThereAsync(used));
        Assert.True(await IsThereAsync(next));
    }

    [Theory]
    [InlineData("N")]
    [InlineData("D")]
    public async Task A_picture_that_a_text_shows_by_its_address_stays(string format)
    {
        var lesson = await _campus.AddLessonAsync((await _campus.AddDraftAsync(Cancel)).Id, Cancel);
        var (shown, other) = (await UploadAsync(), await UploadAsync());
        await _campus.AddContentAsync(
            lesson.Id, Text() with { Body = $"![Serra](/files/{shown.ToString(format).ToUpperInvariant()})" }, Cancel);
        await SweepForDaysAsync(4);
        Assert.True(await IsThereAsync(shown));
        Assert.False(await IsThereAsync(other));
    }

    [Fact]
    public async Task A_form_that_is_sent_while_its_file_is_to_go_keeps_it_or_says_that_it_is_gone()
    {
        var lesson = await _campus.AddLessonAsync((await _campus.AddDraftAsync(Cancel)).Id, Cancel);
        for (var i = 0; i < 20; i++)
        {
            var file = await UploadAsync(Pdf, "application/pdf");
            await Sweep.SweepAsync(Cancel);
            _campus.Time.Advance(TimeSpan.FromHours(25));
            var making = _campus.Get<ContentStore>().CreateAsync(_campus.Institution, lesson.Id, Document(file), Cancel);
            await Task.WhenAll(making, Sweep.SweepAsync(Cancel));
            if (await making is Change<Content>.Made)
                Assert.True(await IsThereAsync(file));
            else
                Assert.Equal(["/file_id"], PointersOf(await making));
        }
    }

    [Fact]
    public async Task One_that_is_referred_to_by_what_is_not_committed_yet_is_left_and_stays()
    {
        var lesson = await _campus.AddLessonAsync((await _campus.AddDraftAsync(Cancel)).Id, Cancel);
        var (file, other) = (await UploadAsync(), await UploadAsync());
        await Sweep.SweepAsync(Cancel);
        _campus.Time.Advance(TimeSpan.FromHours(25));
        await using var connection = await _campus.Database.OpenConnectionAsync(Cancel);
        await using var transaction = await connection.BeginTransactionAsync(Cancel);
        await using var refer = new NpgsqlCommand(
            "update courses set cover_id = $1 where institution_id = $2 and id = $3", connection, transaction);
        refer.Parameters.AddWithValue(file);
        refer.Parameters.AddWithValue(_campus.Institution.Id);
        refer.Parameters.AddWithValue(lesson.CourseId);
        await refer.ExecuteNonQueryAsync(Cancel);
        var sweeping = Sweep.SweepAsync(Cancel);
        await Eventually.TrueAsync(async () => await CountAsync("select count(*) from pg_locks where not granted") > 0, Cancel);
        await transaction.CommitAsync(Cancel);
        Assert.Equal(1, await sweeping);
        Assert.Equal((true, false), (await IsThereAsync(file), await IsThereAsync(other)));
    }

    /// <summary>As time goes by with a sweep every hour.</summary>
    private async Task SweepForDaysAsync(int days)
    {
        for (var hour = 0; hour < days * 24; hour++)
        {
            await Sweep.SweepAsync(Cancel);
            _campus.Time.Advance(TimeSpan.FromHours(1));
        }
    }

    private async Task<Guid> UploadAsync(byte[]? bytes = null, string mediaType = "image/png")
    {
        await using var stream = new MemoryStream(bytes ?? Png);
        return CampusNode.Made(await _campus.Get<FileStore>().CreateAsync(_campus.Institution, "arquivo", mediaType, stream, Cancel)).Id;
    }

    private async Task<bool> IsThereAsync(Guid id) =>
        await _campus.Get<FileStore>().FindAsync(_campus.Institution.Id, id, Cancel) is not null;

    private async Task<long> CountAsync(string sql)
    {
        await using var command = _campus.Database.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(Cancel))!;
    }

    private static ContentDraft Document(Guid file) => new() { Kind = "pdf", Title = "Apostila", FileId = IdOf(file) };

    private static string IdOf(Guid id) => PublicId.Format(StoredFile.IdPrefix, id);
}
