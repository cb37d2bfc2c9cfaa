using Sineta.Events;
using Sineta.Learning.Certificates;
using Sineta.Learning.Progress;

namespace Sineta.Learning.Tests.Certificates;

public sealed class CertificateRuleTests
{
    private static Score? Never => null;

    [Fact]
    public void R14_A_participation_course_gives_a_participation_whatever_the_scores() =>
        Assert.Equal(CertificateType.Participation, CertificateRule.TypeFor(CertificateType.Participation, 0, [new Score(10, 10)]));

    [Fact]
    public void R14_The_mean_of_the_best_scores_decides_and_is_not_rounded()
    {
        Assert.Equal(CertificateType.Achievement, At(70, new Score(7, 10)));
        Assert.Equal(CertificateType.Participation, At(70, new Score(69_999.99m, 100_000)));
        Assert.Equal(CertificateType.Participation, At(66.67m, new Score(2, 3)));
        Assert.Equal(CertificateType.Achievement, At(66.66m, new Score(2, 3)));
        Assert.Equal(CertificateType.Achievement, At(50, new Score(1, 3), new Score(1, 3), new Score(1, 3), new Score(10, 10)));
        Assert.Equal(CertificateType.Participation, At(50.01m, new Score(1, 3), new Score(1, 3), new Score(1, 3), new Score(10, 10)));
        Assert.Equal(CertificateType.Achievement, At(100, new Score(3, 3), new Score(0.03m, 0.03m)));
    }

    [Fact]
    public void R14_A_quiz_that_was_never_submitted_scores_nothing_and_no_quizzes_have_the_mean_0()
    {
        Assert.Equal(CertificateType.Participation, At(70, new Score(10, 10), Never));
        Assert.Equal(CertificateType.Achievement, At(50, new Score(10, 10), Never));
        Assert.Equal(CertificateType.Participation, At(0.01m));
        Assert.Equal(CertificateType.Achievement, At(0));
    }

    [Theory]
    [InlineData(null, CertificateType.Participation, CertificateType.Participation)]
    [InlineData(null, CertificateType.Achievement, CertificateType.Achievement)]
    [InlineData(CertificateType.Participation, CertificateType.Achievement, CertificateType.Achievement)]
    [InlineData(CertificateType.Participation, CertificateType.Participation, null)]
    [InlineData(CertificateType.Achievement, CertificateType.Achievement, null)]
    [InlineData(CertificateType.Achievement, CertificateType.Participation, null)]
    public void R15_An_achievement_follows_a_participation_and_nothing_follows_an_achievement(
        CertificateType? issued, CertificateType deserved, CertificateType? next) =>
        Assert.Equal(next, CertificateRule.Next(issued, deserved));

    [Theory]
    [InlineData("0A1B-2C3D-4E5F-6G7H", "0A1B-2C3D-4E5F-6G7H")]
    [InlineData("oaib2c3d4e5f6g7h", "0A1B-2C3D-4E5F-6G7H")]
    [InlineData(" 0a1b 2c3d 4e5f 6g7h ", "0A1B-2C3D-4E5F-6G7H")]
    [InlineData("0A1B-2C3D-4E5F-6G7", null)]
    [InlineData("0A1B-2C3D-4E5F-6G7HX", null)]
    [InlineData("UUUU-UUUU-UUUU-UUUU", null)]
    [InlineData("", null)]
    public void A_code_is_read_as_a_person_types_it(string typed, string? kept) => Assert.Equal(kept, CertificateCode.Read(typed));

    [Fact]
    public void No_two_codes_are_the_same_and_each_is_read_as_itself()
    {
        string[] codes = [.. Enumerable.Range(0, 1000).Select(_ => CertificateCode.New())];
        Assert.Equal(codes.Length, codes.Distinct().Count());
        Assert.All(codes, code => Assert.Equal(code, CertificateCode.Read(code)));
    }

    private static CertificateType At(decimal rate, params Score?[] best) => CertificateRule.TypeFor(CertificateType.Achievement, rate, best);
}
