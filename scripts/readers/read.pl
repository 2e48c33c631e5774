# Reads a file with RDF::Trine and prints its version and N-Quads: read.pl FILE.
use strict;
use warnings;
use RDF::Trine;

my ($file) = @ARGV;
my %names = (trig => 'trig', ttl => 'turtle', nt => 'ntriples', nq => 'nquads', rdf => 'rdfxml');
my ($ending) = $file =~ /\.(\w+)$/;
my $model = RDF::Trine::Model->temporary_model;
open(my $stream, '<:encoding(UTF-8)', $file) or die $!;
RDF::Trine::Parser->new($names{$ending})->parse_file_into_model('http://example.org/', $stream, $model);
binmode(STDOUT, ':encoding(UTF-8)');
print "# $RDF::Trine::VERSION\n";
print RDF::Trine::Serializer->new('nquads')->serialize_model_to_string($model);
