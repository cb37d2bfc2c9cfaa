using static Sineta.Server.Demo.DemoContent;

namespace Sineta.Server.Demo.Courses;

internal static class FirstAid
{
    public static DemoCourse Course { get; } = new(
        "Primeiros socorros na escola",
        "Os primeiros minutos depois de uma queda, um engasgo ou um desmaio, até a ajuda chegar. Inspirado na Lei Lucas.",
        Hours: 6, DemoTemplate.Achievement,
        [
            new("Antes de tudo",
            [
                Reading("Três perguntas em dez segundos", """
                    1. **O lugar é seguro?** Um segundo ferido não ajuda ninguém: afaste a corrente elétrica, o trânsito, a água.
                    2. **A pessoa responde?** Chame pelo nome e toque nos ombros.
                    3. **Ela respira?** Olhe o peito por até dez segundos.

                    Sem resposta e sem respiração normal: peça que alguém ligue **192** (SAMU) e traga o desfibrilador, e comece as
                    compressões. Com resposta: mantenha-a calma, observe e chame os responsáveis. Quem ligou não desliga: a central
                    orienta cada passo.
                    """),
                Listen("O ritmo das compressões", DemoMedia.Audio, """
                    O sino toca perto de cem vezes por minuto, o ritmo das compressões. Acompanhe com a mão na mesa até o fim.
                    """),
                Exam("Os primeiros dez segundos", attempts: 3,
                    One("A primeira pergunta é sempre:", 0,
                        ["O lugar é seguro?", "Quem fez isso?", "Qual é a turma?", "Há plano de saúde?"],
                        "Um segundo ferido não ajuda ninguém."),
                    Short("Qual é o número do SAMU?", ["192"], "192 é gratuito e atende de qualquer telefone.")),
            ]),
            new("O que mais acontece",
            [
                Reading("Engasgo", """
                    Quem tosse com força está resolvendo sozinho: incentive e não bata nas costas. Quem **não consegue falar, tossir nem
                    respirar** precisa de você já.

                    Em maiores de um ano, fique atrás, feche a mão acima do umbigo e abaixo das costelas, e puxe para dentro e para cima
                    até o objeto sair. Em bebês, de bruços sobre o antebraço, cabeça mais baixa: cinco pancadas entre as escápulas e cinco
                    compressões no peito, alternadas. Se desmaiar, deite no chão, ligue 192 e comece as compressões.
                    """),
                Reading("Quedas, cortes e sangue no nariz", """
                    **Bateu a cabeça** e vomitou, ficou sonolento ou confuso: não espere, ligue 192. Sem esses sinais, observe e avise a
                    família por escrito.

                    **Corte:** pressione com pano limpo, sem espiar a cada minuto. Nada de café, pasta de dente ou açúcar.

                    **Nariz sangrando:** sentado, cabeça levemente para a **frente**, apertando as narinas por dez minutos. Para trás, o
                    sangue é engolido.
                    """),
                Exam("O que você faria?", attempts: 3,
                    One("Uma criança tosse com força depois do lanche. Você…", 2,
                        ["bate nas costas", "oferece água", "incentiva a tossir e fica perto", "faz compressões"],
                        "Quem tosse com força ainda respira e costuma resolver sozinho."),
                    Many("Depois de bater a cabeça, quais sinais pedem o 192?", [0, 1, 3],
                        ["Vômito", "Sonolência", "Um galo pequeno", "Confusão"],
                        "O galo sozinho se observa; os outros três sinais não esperam.")),
            ]),
        ]);
}
