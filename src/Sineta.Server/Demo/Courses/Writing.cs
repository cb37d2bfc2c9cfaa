using static Sineta.Server.Demo.DemoContent;

namespace Sineta.Server.Demo.Courses;

internal static class Writing
{
    public static DemoCourse Course { get; } = new(
        "Da ideia ao texto",
        "Escrever melhor em qualquer matéria: encontrar o que dizer, pôr em ordem, cortar e revisar.",
        Hours: 12, DemoTemplate.Participation,
        [
            new("Encontrar e ordenar",
            [
                Reading("O rascunho ruim", """
                    Ninguém escreve bem de primeira; escreve-se **alguma coisa**, e depois melhora-se. Marque dez minutos e não pare: sem
                    corrigir, sem apagar, mesmo que a frase seja “não sei o que escrever”. Ao fim, sublinhe as duas ou três linhas vivas.
                    O texto começa nelas.

                    Separar quem inventa de quem corrige é o segredo: os dois na mesma mesa brigam, e quem inventa sai da sala.
                    """),
                Reading("Um parágrafo, uma ideia", """
                    Se você consegue resumir o parágrafo em uma frase curta, ele tem **uma** ideia. Se precisa de “e também”, são dois
                    parágrafos. Escreva essas frases curtas na margem: elas são o esqueleto. Leia só a margem. A ordem convence? Troque,
                    junte, corte ali, que é barato, antes de mexer nas frases.
                    """),
                Exam("Esqueleto", attempts: 2,
                    One("O parágrafo só se resume com “e também”. O que fazer?", 0,
                        ["Dividir em dois", "Pôr mais vírgulas", "Apagar", "Nada"],
                        "Duas ideias pedem dois parágrafos."),
                    Short("Complete: um parágrafo, uma …", ["ideia", "ideia só", "só ideia"],
                        "É a regra mais barata e a que mais ajuda quem lê.")),
            ]),
            new("Cortar e revisar",
            [
                Reading("A tesoura", """
                    Corte 10 % de qualquer texto e ele melhora. Comece pelos **enfeites** (“muito”, “realmente”, “de certa forma”), siga
                    pelos **repetidos** (“subir para cima”) e termine pelas **frases de aquecimento**, aquelas do início em que você ainda
                    procurava o assunto. Voz ativa, verbo no lugar do substantivo: em vez de “realizar a análise de”, *analisar*.
                    """),
                Reading("Ler em voz alta", """
                    O ouvido acha o que o olho perdoa: a frase sem fôlego, a rima sem querer, a palavra três vezes na mesma linha. Leia em
                    voz alta, ou peça que o computador leia. Onde você tropeça, o leitor tropeça também.

                    Por último, e só por último, a ortografia. Corrigir vírgulas de um parágrafo que vai sair é trabalho jogado fora.
                    """),
            ]),
        ]);
}
