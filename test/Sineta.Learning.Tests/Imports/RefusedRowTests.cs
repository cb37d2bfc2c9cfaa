using System.Text;
using Sineta.Learning.Imports;
using Sineta.Learning.People;
using Sineta.Testing;

namespace Sineta.Learning.Tests.Imports;

/// <summary>How long the rows that an import refused are kept: there are people in them.</summary>
public sealed class RefusedRowTests(Postgres postgres) : IAsyncLifetime
{
    private const string File = "name,email,cpf\nAna Souza,ana@example.com,529.982.247-25\nBeto,beto@example.com,1\n";

    private CampusNode _campus = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ImportStore Store => _campus.Get<ImportStore>();

    public async ValueTask InitializeAsync() => _campus = await CampusNode.StartAloneAsync(postgres, Cancel);

    public ValueTask DisposeAsync() => _campus.DisposeAsync();

    [Fact]
    public async Task Thirty_days_after_the_imports_end_they_are_forgotten_and_their_lines_and_reasons_stay()
    {
        var old = await ReceiveAsync();
        await _campus.Get<Importer>().StepAsync(Cancel);
        await _campus.Get<Importer>().StepAsync(Cancel);
        _campus.Time.Advance(TimeSpan.FromDays(29));
        var young = await ReceiveAsync();
        await _campus.Get<Importer>().StepAsync(Cancel);
        await _campus.Get<Importer>().StepAsync(Cancel);

        await Store.ForgetRowsAsync(Cancel);
        Assert.Equal((true, 6, true, 6), await KeptAsync(old, young));

        _campus.Time.Advance(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(1));
        await Store.ForgetRowsAsync(Cancel);
        Assert.Equal((false, 0, true, 6), await KeptAsync(old, young));
        Assert.DoesNotContain("beto", await StoredAsync(old), StringComparison.Ordinal);
        Assert.Equal([(3, "cpf")], (await RefusedAsync(old)).Select(r => (r.Line, Assert.Single(r.Faults).Pointer)));
    }

    [Fact]
    public async Task What_an_import_that_failed_did_not_come_to_is_gone_with_its_end()
    {
        var import = await ReceiveAsync();
        await Store.FailAsync(_campus.Institution.Id, import, Cancel);

        Assert.Equal(ImportState.Failed, (await Store.FindAsync(_campus.Institution.Id, import, Cancel))!.State);
        Assert.Equal(0, await _campus.NumberAsync(
            "select count(*) from import_rows where institution_id = $1", Cancel, _campus.Institution.Id));
    }

    private async Task<long> ReceiveAsync()
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(File));
        return CampusNode.Made(await _campus.Get<ImportIntake>().ReceiveAsync(
            _campus.Institution, ImportKind.Users, ImportFormat.Csv, emitsEvents: false, Role.Manager, stream, Cancel)).Id;
    }

    private async Task<(bool, int, bool, int)> KeptAsync(long old, long young) =>
        ((await Store.FindAsync(_campus.Institution.Id, old, Cancel))!.KeepsRows, (await RefusedAsync(old))[0].Cells.Count,
            (await Store.FindAsync(_campus.Institution.Id, young, Cancel))!.KeepsRows, (await RefusedAsync(young))[0].Cells.Count);

    private async Task<List<ImportRefusal>> RefusedAsync(long import) =>
        await Store.AllRefusalsAsync(_campus.Institution.Id, import, Cancel).ToListAsync(Cancel);

    private async Task<string> StoredAsync(long import)
    {
        await using var command = _campus.Database.CreateCommand(
            "select string_agg(r::text, ' ') from import_refusals r where institution_id = $1 and import_id = $2");
        command.Parameters.AddWithValue(_campus.Institution.Id);
        command.Parameters.AddWithValue(import);
        return (string)(await command.ExecuteScalarAsync(Cancel))!;
    }
}
