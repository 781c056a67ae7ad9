"""IMDB by a pretrained LSTM of 1,024 units per direction, in ten minutes on one graphics card.

The protocol, written down before the run:

1. `prepare` (here, once): all reviews as ids of 50,000 words and marks, in one file that travels. The
   validation reviews are a tenth of the training reviews, whole films, the same as the course's. The
   vocabulary and the language models see neither them nor the test reviews. No other text and no foreign
   word vectors are used.
2. Language models (about half of the time): an LSTM of 1,024 units forward and one backward, over one table
   of 256 features that is also the softmax's; truncated BPTT with carried states; Adam, one cycle.
3. Classifier: both LSTMs read a review, the greatest, mean and last state of each go to one readout;
   cross-entropy, entropy minimisation, adversarial and virtual adversarial training, weights 1, ε = 5
   (Miyato, Dai and Goodfellow 2017; Sachan, Zaheer and Salakhutdinov 2019). The weights, averaged over steps,
   that are right on most validation reviews are kept.
4. The 25,000 test reviews are read once, with these weights. Nothing is chosen by them.
5. With the rest of the time: the same classifier from the cross-entropy alone, on validation reviews only.

The numbers stand in `settings`. All stages fit themselves to the clock, keep their best weights, and go on
from their last checkpoint.

    python -m experiments.gpu prepare                       # writes .gpu/reviews.npz (needs IMDB)
    python -m experiments.gpu smoke --out OUT               # ms per step, and all stages, briefly
    python -m experiments.gpu train --seconds 480 --out OUT
    python -m experiments.gpu course --seconds 90 --out OUT # the course's own network, on Keras
    python -m experiments.gpu rehearse                      # everything on tiny made-up reviews, on a CPU
"""
